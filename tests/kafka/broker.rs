//! The broker under test.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU16, Ordering};

/// Address of the broker that all tests share.
pub fn bootstrap() -> &'static str {
    static BOOTSTRAP: OnceLock<String> = OnceLock::new();
    BOOTSTRAP.get_or_init(|| match std::env::var("KAFKA_BOOTSTRAP") {
        Ok(bootstrap) => bootstrap,
        Err(_) => {
            let broker = Own::new();
            broker.start();
            broker.bootstrap()
        }
    })
}

/// Three brokers in one cluster, each of which can be killed and started again.
pub struct Cluster(Vec<Own>);

impl Cluster {
    pub const NODES: usize = 3;

    /// Starts all, and waits until they answer.
    pub fn start() -> Self {
        let nodes: Vec<Own> = (0..Self::NODES)
            .map(|_| Own {
                heap_mb: 200,
                ..Own::new()
            })
            .collect();
        let voters = |each: &dyn Fn(usize, &Own) -> String| -> String {
            let each: Vec<String> = nodes.iter().enumerate().map(|(n, node)| each(n, node)).collect();
            each.join(",")
        };
        let controllers = voters(&|_, node| format!("127.0.0.1:{}", node.controller_port));
        // Any 16 bytes in base64 name a folder of a node.
        let initial = voters(&|n, node| format!("{}@127.0.0.1:{}:ZGVtYXJjaGUtbm9kZS0{n}MA", n + 1, node.controller_port));
        for (n, node) in nodes.iter().enumerate() {
            let properties = format!(
                "node.id={id}\n\
                 controller.quorum.bootstrap.servers={controllers}\n\
                 offsets.topic.replication.factor=3\n\
                 transaction.state.log.replication.factor=3\n\
                 transaction.state.log.min.isr=2\n\
                 share.coordinator.state.topic.replication.factor=3\n\
                 share.coordinator.state.topic.min.isr=2\n\
                 default.replication.factor=3\n\
                 min.insync.replicas=2\n\
                 broker.session.timeout.ms=4000\n\
                 broker.heartbeat.interval.ms=500\n\
                 log.cleaner.dedupe.buffer.size=8388608\n",
                id = n + 1,
            );
            node.configure(&properties, &["--initial-controllers".to_owned(), initial.clone()]);
        }
        std::thread::scope(|scope| {
            for node in &nodes {
                scope.spawn(|| node.start());
            }
        });
        Self(nodes)
    }

    /// The addresses of all.
    pub fn bootstrap(&self) -> String {
        let addresses: Vec<String> = self.0.iter().map(Own::bootstrap).collect();
        addresses.join(",")
    }

    pub fn kill(&self, node: usize) {
        self.0[node].kill();
    }

    /// Starts a killed node; the thread ends when it answers.
    pub fn start_again(&self, node: usize) -> std::thread::JoinHandle<()> {
        let node = self.0[node].clone();
        std::thread::spawn(move || node.start())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for node in &self.0 {
            Command::new(SCRIPT).args(["kill", &node.dir.to_string_lossy()]).status().ok();
        }
    }
}

/// A broker of our own; it ends with this process, however that ends.
#[derive(Clone)]
pub struct Own {
    heap_mb: usize,
    pub dir: PathBuf,
    pub port: u16,
    pub controller_port: u16,
}

impl Own {
    /// A place for a broker; nothing runs there yet.
    pub fn new() -> Self {
        let (port, controller_port) = (free_port(), free_port());
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("kafka-{port}"));
        Self {
            heap_mb: 512,
            dir,
            port,
            controller_port,
        }
    }

    /// Its address.
    pub fn bootstrap(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// More settings of the broker, and what it is formatted with; to be called before its first start.
    pub fn configure(&self, properties: &str, format_args: &[String]) {
        std::fs::create_dir_all(&self.dir).unwrap();
        std::fs::write(self.dir.join("more.properties"), properties).unwrap();
        std::fs::write(self.dir.join("format.args"), format_args.join("\n")).unwrap();
    }

    /// Runs a command of Kafka's own.
    pub fn admin(&self, class: &str, args: &[&str]) {
        let (dir, port) = (self.dir.to_string_lossy(), self.port.to_string());
        script(&[&["admin", &*dir, &port, class], args].concat());
    }

    /// Starts it and waits until it answers. What it held before is still there.
    pub fn start(&self) {
        let owner = std::process::id().to_string();
        let (port, controller) = (self.port.to_string(), self.controller_port.to_string());
        let mut start = Command::new(SCRIPT);
        start.env("HEAP_MB", self.heap_mb.to_string());
        start.args(["start", &self.dir.to_string_lossy(), &port, &controller, &owner]);
        assert!(start.status().unwrap().success(), "the broker on port {port} does not start");
    }

    /// Ends it without a chance to tidy up.
    pub fn kill(&self) {
        script(&["kill", &self.dir.to_string_lossy()]);
    }

    /// Holds it: connections stay, nothing is answered.
    pub fn freeze(&self) {
        script(&["freeze", &self.dir.to_string_lossy()]);
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        script(&["thaw", &self.dir.to_string_lossy()]);
    }

    /// Ends it.
    pub fn stop(&self) {
        script(&["stop", &self.dir.to_string_lossy()]);
    }
}

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/kafka-broker");

fn script(args: &[&str]) {
    let status = Command::new(SCRIPT).args(args).status().expect("the script can be run");
    assert!(status.success(), "scripts/kafka-broker {args:?}: {status}");
}

/// A port that is free, below those that the system gives to clients: a broker must find its own again after a restart.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + (std::process::id() % 10_000) as u16;
    let mut free = std::iter::repeat_with(|| 20_000 + (first - 20_000 + NEXT.fetch_add(1, Ordering::Relaxed)) % 12_000)
        .filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    free.next().unwrap()
}
