//! What every command starts with: settings, knowledge, and the core made of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use super::Misuse;
use crate::knowledge::{Knowledge, KnowledgeFiles};
use crate::pipeline::Core;
use crate::settings::{self, LogFormat, LogSettings, Settings, Variables};

/// Deepest folder in a knowledge folder, so that links in a circle end.
const KNOWLEDGE_DEPTH_MAX: usize = 8;

/// Options of every command that classifies.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct StartArgs {
    /// Settings file (TOML); without it the file that `DEMARCHE_CONFIG` names, else the defaults
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder with lang/, gazetteer/ and topics.tsv in place of those in the binary; overrides knowledge.dir
    #[arg(long, value_name = "DIR")]
    pub knowledge: Option<PathBuf>,
    /// Folder with tables of your own, added to the others; overrides knowledge.overlay_dir
    #[arg(long, value_name = "DIR")]
    pub overlay: Option<PathBuf>,
}

impl StartArgs {
    /// The settings of file, variables and options.
    pub fn settings(&self) -> anyhow::Result<Settings> {
        let mut settings = settings::load(self.config.as_deref(), &variables())?;
        if let Some(dir) = &self.knowledge {
            settings.knowledge.dir = Some(dir.clone());
        }
        if let Some(dir) = &self.overlay {
            settings.knowledge.overlay_dir = Some(dir.clone());
        }
        Ok(settings)
    }

    /// Settings and core, and logs to stderr from here on.
    pub fn ready(&self) -> anyhow::Result<(Settings, Core)> {
        let settings = self.settings()?;
        start_logs(&settings.log)?;
        let core = core(&settings)?;
        Ok((settings, core))
    }
}

/// The environment, read once.
pub fn variables() -> Variables {
    std::env::vars_os().collect()
}

/// The core that `settings` ask for.
pub fn core(settings: &Settings) -> anyhow::Result<Core> {
    let files = knowledge_files(settings.knowledge.dir.as_deref())?;
    let files = match &settings.knowledge.overlay_dir {
        Some(dir) => files
            .with_overlay(overlay_files(dir)?)
            .context("the overlay cannot be used")?,
        None => files,
    };
    Ok(Core {
        knowledge: Knowledge::compile(&files).context("knowledge cannot be used")?,
        decode: settings.decode.clone(),
        publish: settings.publish.clone(),
    })
}

/// The knowledge files of a folder, or those in the binary.
pub fn knowledge_files(dir: Option<&Path>) -> anyhow::Result<KnowledgeFiles> {
    let Some(dir) = dir else {
        return Ok(KnowledgeFiles::embedded());
    };
    let mut files = BTreeMap::new();
    for part in KnowledgeFiles::FOLDERS {
        let folder = dir.join(part);
        if !folder.is_dir() {
            let words = format!("knowledge folder {} has no folder {part}/ in it", dir.display());
            return Err(Misuse(words).into());
        }
        read_folder(&folder, part, 1, &mut files)?;
    }
    for name in KnowledgeFiles::FILES {
        let file = dir.join(name);
        if file.is_file() {
            files.insert((*name).to_owned(), read(&file)?);
        }
    }
    Ok(KnowledgeFiles::new(files))
}

/// The files of an overlay folder.
fn overlay_files(dir: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    if !dir.is_dir() {
        return Err(Misuse(format!("overlay folder {} is not there", dir.display())).into());
    }
    let mut files = BTreeMap::new();
    for part in KnowledgeFiles::FOLDERS {
        let folder = dir.join(part);
        if folder.is_dir() {
            read_folder(&folder, part, 1, &mut files)?;
        }
    }
    Ok(files)
}

fn read_folder(folder: &Path, path: &str, depth: usize, files: &mut BTreeMap<String, String>) -> anyhow::Result<()> {
    if depth > KNOWLEDGE_DEPTH_MAX {
        let words = format!(
            "knowledge folder {} is deeper than {KNOWLEDGE_DEPTH_MAX} levels",
            folder.display()
        );
        return Err(Misuse(words).into());
    }
    let context = || format!("knowledge folder {} cannot be read", folder.display());
    for entry in fs::read_dir(folder).with_context(context)? {
        let entry = entry.with_context(context)?;
        let (file, path) = (entry.path(), format!("{path}/{}", entry.file_name().to_string_lossy()));
        if file.is_dir() {
            read_folder(&file, &path, depth + 1, files)?;
        } else {
            files.insert(path, read(&file)?);
        }
    }
    Ok(())
}

fn read(file: &Path) -> anyhow::Result<String> {
    fs::read_to_string(file).with_context(|| format!("knowledge file {} cannot be read", file.display()))
}

/// Logs to stderr.
pub fn start_logs(log: &LogSettings) -> anyhow::Result<()> {
    start_logs_to(log, std::io::stderr)
}

fn start_logs_to<W>(log: &LogSettings, writer: W) -> anyhow::Result<()>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::builder().parse(&log.filter)?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(writer)
        // They would go to stderr by a macro that panics where stderr is what cannot be written.
        .log_internal_errors(false);
    let started = match log.format {
        LogFormat::Text => lines
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
            .try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("logs cannot be started: {error}"))
}
