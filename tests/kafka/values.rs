//! What `send` and `run` publish is what `classify` prints.

use std::process::{Command, Output};
use std::time::Duration;

use super::client::{Topics, group, wait_until};
use super::worker::{Options, Worker};

const ARTICLE: &str = "\
DOHA, Kabar Nusa - Menteri Luar Negeri Norwegia Espen Barth Eide bertemu dengan Menteri Luar Negeri India S. Jaishankar di Doha, \
Selasa (4/11). Keduanya membahas pelayaran dan energi angin.

Eide menyebut India mitra yang penting bagi Oslo. Pertemuan itu berlangsung sekitar satu jam.
";
const PUBLISHED_AT: &str = "2025-11-05";

fn demarche(args: &[&str], file: &std::path::Path) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_demarche"))
        .args(args)
        .args(["--published-at", PUBLISHED_AT])
        .arg(file)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

#[test]
fn published_value_is_that_of_classify() {
    let topics = Topics::new("values", 4);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("article.txt");
    std::fs::write(&file, ARTICLE).unwrap();

    let printed = demarche(&["classify", "--format", "ndjson"], &file).stdout;
    let printed = String::from_utf8(printed).unwrap();
    let line: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let expected = line["events"].as_array().unwrap();
    assert_eq!(expected.len(), 1, "{printed}");
    assert_eq!(expected[0]["type"], "bilateral_meeting");

    demarche(&["send", "--brokers", &topics.bootstrap, "--topic", &topics.raw], &file);
    let mut worker = Worker::start(&topics, &Options::group(&group("values")));
    wait_until("the article is done", Duration::from_secs(30), || {
        worker.metric("demarche_records_total", "") == 1
    });
    assert!(worker.terminate(Duration::from_secs(10)).0.success());

    let published = topics.read(&topics.events);
    assert_eq!(published.len(), 1);
    let value = published[0].value.as_deref().unwrap();
    let json: serde_json::Value = serde_json::from_str(value).unwrap();
    let item = &json["item"];
    assert_eq!(item["topic"], topics.raw.as_str());
    assert_eq!(item["offset"], 0);
    // As text, so that the order of the keys and the form of the numbers count too.
    let origin = format!(
        ",\"topic\":{},\"partition\":{},\"offset\":{}",
        item["topic"], item["partition"], item["offset"]
    );
    assert_eq!(value.matches(&origin).count(), 1, "{value}");
    assert!(
        printed.contains(&format!("\"events\":[{}]", value.replace(&origin, ""))),
        "{value}\n{printed}"
    );
    let headers = &published[0].headers;
    assert_eq!(published[0].key.as_deref(), expected[0]["event_id"].as_str());
    assert_eq!(headers["ce_id"], expected[0]["mention_id"].as_str().unwrap());
    assert_eq!(headers["ce_type"], "org.demarche.event.v1");
    assert_eq!(headers["ce_source"], "urn:demarche");
    assert_eq!(headers["ce_time"], "2025-11-05T00:00:00Z");
    assert_eq!(headers["content-type"], "application/json");
}
