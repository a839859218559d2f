//! What is too large for its topic is written smaller, and the partition goes on.

use std::time::Duration;

use super::client::{Raw, Topics, group, wait_until};
use super::worker::{Options, Worker};

#[test]
fn a_dead_letter_too_large_for_its_topic_is_written_without_its_value() {
    let topics = Topics::unmade("oversize", super::broker::bootstrap());
    topics.make(&topics.raw, 1, &[("max.message.bytes", "33554432")]);
    topics.make(&topics.events, 1, &[]);
    topics.make(&topics.dead_letters, 1, &[("max.message.bytes", "100000")]);
    // No compression makes it fit: the bytes are as good as random.
    let noise = |seed: u64| -> Vec<u8> {
        let mut state = seed;
        std::iter::repeat_with(move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8 | 0x80
        })
        .take(300_000)
        .collect()
    };
    // Many small ones fill a batch that the topic refuses as a whole, though each of them fits.
    let small = |n: usize| Raw::value([format!("{{{n:03}").into_bytes(), noise(n as u64)[..5000].to_vec()].concat());
    let mut records: Vec<Raw> = (0..60).map(small).collect();
    records.insert(30, Raw::value(noise(1)));
    records.insert(10, Raw::value(noise(2)));
    topics.send(records.clone());
    let mut worker = Worker::start(&topics, &Options::group(&group("oversize")));
    wait_until("all are done", Duration::from_secs(60), || {
        worker.metric("demarche_records_total", "") == 62
    });
    assert!(worker.metric("demarche_oversized_outputs_total", "") >= 2);
    assert!(worker.terminate(Duration::from_secs(10)).0.success());

    let letters = topics.read(&topics.dead_letters);
    let values = topics.values(&topics.dead_letters);
    assert_eq!(letters.len(), 62);
    for (n, (sent, value)) in records.iter().zip(&values).enumerate() {
        let headers = &letters[n].headers;
        assert_eq!(headers["dlq_offset"], n.to_string(), "in order, each once");
        if n == 10 || n == 31 {
            assert_eq!(*value, None);
            assert_eq!(headers["dlq_payload_omitted"], "true");
            assert_eq!(headers["dlq_payload_bytes"], "300000");
            assert_eq!(headers["dlq_payload_sha256"].len(), 64);
            assert_eq!(headers["dlq_reason"], "not_utf8");
        } else {
            assert_eq!(*value, sent.value, "record {n}");
        }
    }
}
