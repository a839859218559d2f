//! The worker as people run it: `demarche run --config FILE` in a process of its own, seen from outside.

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
    _config: tempfile::TempDir,
    log: PathBuf,
}

/// What a test may want to be different.
#[derive(Clone, Debug)]
pub struct Options {
    pub group: String,
    pub protocol: &'static str,
    pub batch_records_max: usize,
    pub batch_age_max_ms: usize,
    pub drain_timeout_ms: usize,
    pub transaction_timeout_ms: usize,
    pub overlay_dir: Option<PathBuf>,
}

impl Options {
    pub fn group(group: &str) -> Self {
        Self {
            group: group.to_owned(),
            protocol: "classic",
            batch_records_max: 5000,
            batch_age_max_ms: 50,
            drain_timeout_ms: 5_000,
            transaction_timeout_ms: 5_000,
            overlay_dir: None,
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
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        Self {
            child,
            port,
            _config: config,
            log,
        }
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

    /// Consumed, and what it must equal: outcomes + given back + in flight. From one page, so they must be equal.
    pub fn books(&self) -> (u64, u64) {
        let page = self.get("/metrics").map(|(_, body)| body).unwrap_or_default();
        let sum = |name: &str| -> u64 {
            let of = |line: &&str| line.split([' ', '{']).next() == Some(name);
            page.lines()
                .filter(of)
                .map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap() as u64)
                .sum()
        };
        let right = [
            "demarche_records_total",
            "demarche_rewound_records_total",
            "demarche_in_flight_records",
        ];
        (
            sum("demarche_consumed_records_total"),
            right.iter().map(|name| sum(name)).sum(),
        )
    }

    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGHUP: it reads its knowledge again.
    pub fn hang_up(&self) {
        let pid = self.child.id().to_string();
        let sent = Command::new("sh").args(["-c", "kill \"$@\"", "kill", "-HUP", &pid]).status();
        assert!(sent.unwrap().success());
    }

    /// SIGTERM, and how it ends.
    pub fn terminate(&mut self, timeout: Duration) -> (ExitStatus, Duration) {
        let begun = Instant::now();
        let pid = self.child.id().to_string();
        assert!(Command::new("sh").args(["-c", "kill \"$@\"", "kill", "-TERM", &pid]).status().unwrap().success());
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
    let overlay = options.overlay_dir.as_ref().map(|dir| format!("overlay_dir = {dir:?}"));
    format!(
        r#"
[kafka]
brokers = "{brokers}"
group_id = "{group}"
group_protocol = "{protocol}"
{session}

[topics]
raw = "{raw}"
events = "{events}"
dead_letters = "{dead_letters}"

[delivery]
guarantee = "exactly_once"
batch_records_max = {batch_records_max}
batch_age_max_ms = {batch_age_max_ms}
transaction_timeout_ms = {transaction_timeout_ms}

[worker]
drain_timeout_ms = {drain_timeout_ms}
retry_timeout_ms = 5000

[knowledge]
{overlay}

[log]
filter = "info"

[http]
bind = "127.0.0.1:{port}"
"#,
        overlay = overlay.unwrap_or_default(),
        brokers = topics.bootstrap,
        group = options.group,
        protocol = options.protocol,
        raw = topics.raw,
        events = topics.events,
        dead_letters = topics.dead_letters,
        batch_records_max = options.batch_records_max,
        batch_age_max_ms = options.batch_age_max_ms,
        drain_timeout_ms = options.drain_timeout_ms,
        transaction_timeout_ms = options.transaction_timeout_ms,
    )
}
