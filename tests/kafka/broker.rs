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

/// A broker of our own; it ends with this process, however that ends.
pub struct Own {
    dir: PathBuf,
    port: u16,
    controller_port: u16,
}

impl Own {
    /// A place for a broker; nothing runs there yet.
    pub fn new() -> Self {
        let (port, controller_port) = free_ports();
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("kafka-{port}"));
        Self {
            dir,
            port,
            controller_port,
        }
    }

    /// Its address.
    pub fn bootstrap(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Starts it and waits until it answers. What it held before is still there.
    pub fn start(&self) {
        let owner = std::process::id().to_string();
        let (port, controller) = (self.port.to_string(), self.controller_port.to_string());
        script(&["start", &self.dir.to_string_lossy(), &port, &controller, &owner]);
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

impl Drop for Own {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        // The owner's end does the rest; this only frees the memory earlier.
        Command::new(SCRIPT).args(["stop", &self.dir.to_string_lossy()]).status().ok();
    }
}

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/kafka-broker");

fn script(args: &[&str]) {
    let status = Command::new(SCRIPT).args(args).status().expect("the script can be run");
    assert!(status.success(), "scripts/kafka-broker {args:?}: {status}");
}

/// Two ports that are free, below those that the system gives to clients: a broker must find its own again after a restart.
fn free_ports() -> (u16, u16) {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + (std::process::id() % 10_000) as u16;
    let mut free = std::iter::repeat_with(|| 20_000 + (first - 20_000 + NEXT.fetch_add(1, Ordering::Relaxed)) % 12_000)
        .filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    (free.next().unwrap(), free.next().unwrap())
}
