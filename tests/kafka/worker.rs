//! The worker as people run it: `demarche run --config FILE` in a process of its own, seen from outside.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::client::Topics;

/// A running worker; killed at its end if it still runs.
pub struct Worker {
    child: Child,
    port: u16,
    config: tempfile::TempDir,
    log: PathBuf,
}

/// What a test may want to be different.
#[derive(Clone, Debug)]
pub struct Options {
    pub group: String,
    pub protocol: &'static str,
    pub guarantee: &'static str,
    pub batch_records_max: usize,
    pub batch_age_max_ms: usize,
    pub drain_timeout_ms: usize,
    pub transaction_timeout_ms: usize,
    pub stall_timeout_ms: usize,
    pub transactional_id: Option<String>,
    /// Where it is to break, see `src/kafka/fault.rs`.
    pub fault: Option<&'static str>,
    /// More lines of the settings file.
    pub more: String,
}

/// Many tests send nothing but what is rejected, to see each record written.
pub const NO_DEAD_LETTER_LIMIT: &str = "[dead_letters]\nrun_max = 1000000000\nshare_max = 1.0\n";

impl Options {
    pub fn group(group: &str) -> Self {
        Self {
            group: group.to_owned(),
            protocol: "classic",
            guarantee: "exactly_once",
            batch_records_max: 5000,
            batch_age_max_ms: 50,
            drain_timeout_ms: 5_000,
            transaction_timeout_ms: 5_000,
            stall_timeout_ms: 120_000,
            transactional_id: None,
            fault: None,
            more: NO_DEAD_LETTER_LIMIT.to_owned(),
        }
    }
}

impl Worker {
    pub fn start(topics: &Topics, options: &Options) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let config = tempfile::tempdir().unwrap();
        let file = config.path().join("worker.toml");
        std::fs::write(&file, toml(topics, options, port)).unwrap();
        let log = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("worker-{}-{port}.log", options.group));
        let child = Command::new(env!("CARGO_BIN_EXE_demarche"))
            .args(["run", "--config"])
            .arg(&file)
            .envs(options.fault.map(|fault| ("KAFKA_TESTS_FAULT", fault)))
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        Self {
            child,
            port,
            config,
            log,
        }
    }

    /// Runs another command with its settings.
    pub fn command(&self, args: &[&str]) -> std::process::Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_demarche"));
        command.args(args).arg("--config").arg(self.config.path().join("worker.toml"));
        command.output().unwrap()
    }

    /// Status and body of a page.
    pub fn get(&self, path: &str) -> Option<(u16, String)> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let status = answer.split(' ').nth(1)?.parse().ok()?;
        let body = answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned())?;
        Some((status, body))
    }

    pub fn is_ready(&self) -> bool {
        self.get("/readyz").is_some_and(|(status, _)| status == 200)
    }

    #[track_caller]
    pub fn wait_until_ready(&self) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while !self.is_ready() {
            let page = self.get("/readyz");
            assert!(Instant::now() < deadline, "not ready: {page:?}; see {}", self.log.display());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The sum of the series of `name` whose labels hold `label`.
    pub fn metric(&self, name: &str, label: &str) -> u64 {
        let page = self.get("/metrics").map(|(_, body)| body).unwrap_or_default();
        let series = page.lines().filter(|line| {
            let (series, _) = line.split_once(' ').unwrap_or_default();
            series.split('{').next() == Some(name) && series.contains(label)
        });
        series
            .map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap() as u64)
            .sum()
    }

    /// Looks at the books of one page, as the alert does: of each partition, consumed = ended + given back + in flight, and what
    /// has ended has its reason. Gives the records consumed; none if there is no page.
    #[track_caller]
    pub fn books(&self) -> Option<u64> {
        let (_, page) = self.get("/metrics")?;
        let of = |name: &str, label: &str| -> BTreeMap<String, i64> {
            let mut sums = BTreeMap::new();
            for (series, value) in page.lines().filter_map(|line| line.rsplit_once(' ')) {
                if series.split('{').next() == Some(name) && series.contains(label) {
                    let (_, partition) = series.split_once("partition=\"").unwrap();
                    let partition = partition.split('"').next().unwrap().to_owned();
                    *sums.entry(partition).or_default() += value.parse::<f64>().unwrap() as i64;
                }
            }
            sums
        };
        let consumed = of("demarche_consumed_records_total", "");
        let right = [
            "demarche_records_total",
            "demarche_rewound_records_total",
            "demarche_in_flight_records",
        ]
        .map(|name| of(name, ""));
        let reasons = [
            ("no_event", "demarche_no_event_total"),
            ("dead_letter", "demarche_dead_letters_total"),
        ];
        for (partition, consumed) in &consumed {
            let accounted: i64 = right.iter().map(|sums| sums[partition]).sum();
            assert_eq!(*consumed, accounted, "the books of partition {partition} balance\n{page}");
            for (outcome, name) in reasons {
                let ended = of("demarche_records_total", &format!("outcome=\"{outcome}\""));
                assert_eq!(ended[partition], of(name, "")[partition], "{outcome} by reason\n{page}");
            }
        }
        Some(consumed.values().sum::<i64>() as u64)
    }

    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends it SIG`name`.
    pub fn signal(&self, name: &str) {
        let (signal, pid) = (format!("-{name}"), self.child.id().to_string());
        let status = Command::new("sh").args(["-c", "kill \"$@\"", "kill", &signal, &pid]).status();
        assert!(status.unwrap().success());
    }

    /// SIGTERM, and how it ends.
    pub fn terminate(&mut self, timeout: Duration) -> (ExitStatus, Duration) {
        let begun = Instant::now();
        let pid = self.child.id().to_string();
        assert!(
            Command::new("sh")
                .args(["-c", "kill \"$@\"", "kill", "-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status, begun.elapsed());
            }
            assert!(
                begun.elapsed() < timeout,
                "still running {timeout:?} after SIGTERM; see {}",
                self.log.display()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until it ends by itself.
    #[track_caller]
    pub fn ended(&mut self, timeout: Duration) -> ExitStatus {
        let deadline = Instant::now() + timeout;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < deadline, "still running; see {}", self.log.display());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Resident memory, bytes.
    pub fn resident_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        if !std::thread::panicking() {
            std::fs::remove_file(&self.log).ok();
        }
    }
}

fn toml(topics: &Topics, options: &Options, port: u16) -> String {
    let session = if options.protocol == "classic" {
        "session_timeout_ms = 6000"
    } else {
        ""
    };
    format!(
        r#"
[kafka]
brokers = "{brokers}"
group_id = "{group}"
group_protocol = "{protocol}"
{session}
{transactional_id}

[topics]
raw = "{raw}"
events = "{events}"
dead_letters = "{dead_letters}"

[delivery]
guarantee = "{guarantee}"
batch_records_max = {batch_records_max}
batch_age_max_ms = {batch_age_max_ms}
transaction_timeout_ms = {transaction_timeout_ms}

[worker]
drain_timeout_ms = {drain_timeout_ms}
retry_timeout_ms = 5000
stall_timeout_ms = {stall_timeout_ms}

[log]
filter = "info"

[http]
bind = "127.0.0.1:{port}"

{more}
"#,
        more = options.more,
        brokers = topics.bootstrap,
        group = options.group,
        protocol = options.protocol,
        guarantee = options.guarantee,
        transactional_id = options
            .transactional_id
            .as_ref()
            .map_or_else(String::new, |id| format!("transactional_id = \"{id}\"")),
        raw = topics.raw,
        events = topics.events,
        dead_letters = topics.dead_letters,
        batch_records_max = options.batch_records_max,
        batch_age_max_ms = options.batch_age_max_ms,
        drain_timeout_ms = options.drain_timeout_ms,
        transaction_timeout_ms = options.transaction_timeout_ms,
        stall_timeout_ms = options.stall_timeout_ms,
    )
}
