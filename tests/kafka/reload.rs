//! Knowledge that changes while the worker runs: an overlay is read again on SIGHUP, and a broken one is refused.

use std::fs;
use std::time::Duration;

use super::client::{Raw, Topics, group, wait_until};
use super::worker::{Options, Worker};

const COLUMNS: &str = "name\tfamily\tparty\trole\tfrom\tto\n";

/// An article of a year for which no table has a minister yet: only the overlay can name one.
fn article(id: u32) -> Raw {
    let body = "NAIROBI - Norwegian Foreign Minister Espen Barth Eide met Tester in Nairobi on Thursday.";
    Raw::value(
        serde_json::json!({"id": id.to_string(), "body": body, "language": "en", "published_at": "2040-06-01"}).to_string(),
    )
}

#[test]
fn a_person_is_added_while_the_worker_runs() {
    let topics = Topics::new("reload", 1);
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("gazetteer")).unwrap();
    let table = folder.path().join("gazetteer/holders.tsv");
    fs::write(&table, COLUMNS).unwrap();
    let options = Options {
        more: format!("[knowledge]\noverlay_dir = {:?}\n", folder.path()),
        ..Options::group(&group("reload"))
    };
    let mut worker = Worker::start(&topics, &options);
    let done = |records: u64| {
        wait_until("the articles are done", Duration::from_secs(30), || {
            worker.metric("demarche_records_total", "") == records
        });
    };
    let reloads = |result: &str, count: u64| {
        worker.signal("HUP");
        wait_until(result, Duration::from_secs(10), || {
            worker.metric("demarche_knowledge_reloads_total", result) == count
        });
    };
    topics.send([article(1)]);
    done(1);

    fs::write(
        &table,
        format!("{COLUMNS}Ada Tester\tTester\tKEN\tforeign_minister\t2040-01-01\t\n"),
    )
    .unwrap();
    reloads("loaded", 1);
    topics.send([article(2)]);
    done(2);

    fs::write(
        &table,
        format!("{COLUMNS}Ada Tester\tTester\tNOWHERE\tforeign_minister\t2040-01-01\t\n"),
    )
    .unwrap();
    reloads("refused", 1);
    assert!(
        worker
            .log()
            .contains("overlay/gazetteer/holders.tsv:2: `NOWHERE` is not in parties.tsv")
    );
    topics.send([article(3)]);
    done(3);

    assert_eq!(worker.metric("demarche_build_info", ""), 1, "one series of knowledge");
    assert!(worker.terminate(Duration::from_secs(10)).0.success());
    let published = topics.read(&topics.events);
    let values: Vec<serde_json::Value> = published
        .iter()
        .map(|event| serde_json::from_str(event.value.as_deref().unwrap()).unwrap())
        .collect();
    let items: Vec<&str> = values.iter().map(|event| event["item"]["id"].as_str().unwrap()).collect();
    assert_eq!(items, ["2", "3"], "nobody is called Tester before the overlay says so");
    assert_eq!(
        values[0]["classifier"], values[1]["classifier"],
        "the refused one left no trace"
    );
}
