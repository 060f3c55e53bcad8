//! The dated table of a proof in docs/proofs/.

use std::fmt::Write as _;
use std::process::Command;
use std::time::Instant;

use anyhow::Context as _;

/// A report that grows while the proof runs.
#[derive(Debug)]
pub struct Report {
    name: String,
    started: Instant,
    tools: Vec<String>,
    limits: Vec<Limit>,
    sections: Vec<(String, String)>,
}

#[derive(Debug)]
struct Limit {
    what: String,
    limit: String,
    found: String,
    holds: bool,
}

impl Report {
    /// An empty report.
    pub fn new(name: &str) -> Self {
        println!("== prove {name}");
        Self {
            name: name.to_owned(),
            started: Instant::now(),
            tools: Vec::new(),
            limits: Vec::new(),
            sections: Vec::new(),
        }
    }

    /// An outside tool with its version.
    pub fn tool(&mut self, tool: impl Into<String>) {
        self.tools.push(tool.into());
    }

    /// A figure that is held against a limit.
    pub fn limit(&mut self, what: &str, limit: &str, found: impl Into<String>, holds: bool) {
        let found = found.into();
        println!("   {} {what}: {found} (limit: {limit})", if holds { "holds" } else { "FAILS" });
        self.limits.push(Limit { what: what.to_owned(), limit: limit.to_owned(), found, holds });
    }

    /// A section of plain Markdown.
    pub fn section(&mut self, title: &str, text: impl Into<String>) {
        self.sections.push((title.to_owned(), text.into()));
    }

    /// Writes the report.
    ///
    /// # Errors
    /// When it cannot be written, or a limit does not hold.
    pub fn write(&self) -> anyhow::Result<()> {
        let path = crate::root::root().join("docs/proofs").join(format!("{}.md", self.name));
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, self.text()).with_context(|| format!("cannot write {}", path.display()))?;
        println!("   written: docs/proofs/{}.md", self.name);
        let failed: Vec<&str> =
            self.limits.iter().filter(|limit| !limit.holds).map(|limit| limit.what.as_str()).collect();
        anyhow::ensure!(failed.is_empty(), "{} does not hold: {}", self.name, failed.join("; "));
        Ok(())
    }

    fn text(&self) -> String {
        let mut text = format!("# Proof: {}\n\n", self.name);
        let knowledge = charley_knowledge::embedded().map_or_else(
            |faults| format!("has faults: {faults}"),
            |known| format!("{} of {}", &known.version[..12], known.date),
        );
        let mut row = |what: &str, value: &str| {
            let _ = writeln!(text, "| {what} | {value} |");
        };
        row("", "");
        row("---", "---");
        row("date", &crate::clock::today());
        row("commit", &commit());
        row("knowledge", &knowledge);
        row("machine", &machine());
        row("tools", &self.tools.iter().map(String::as_str).chain([rustc().as_str()]).collect::<Vec<_>>().join(", "));
        row("command", &format!("`cargo xtask {}`", self.command()));
        row("took", &format!("{:.0} s", self.started.elapsed().as_secs_f64()));
        let verdict = match (self.limits.is_empty(), self.limits.iter().all(|limit| limit.holds)) {
            (true, _) => "nothing is held against a limit",
            (false, true) => "every limit holds",
            (false, false) => "NOT every limit holds",
        };
        let _ = write!(text, "\n## Result: {verdict}\n\n");
        if !self.limits.is_empty() {
            text.push_str("| what | limit | found | |\n|---|---|---|---|\n");
        }
        for Limit { what, limit, found, holds } in &self.limits {
            let _ = writeln!(text, "| {what} | {limit} | {found} | {} |", if *holds { "holds" } else { "**fails**" });
        }
        for (title, body) in &self.sections {
            let _ = write!(text, "\n## {title}\n\n{}\n", body.trim_end());
        }
        text
    }

    fn command(&self) -> String {
        match self.name.as_str() {
            "bench" => "bench --write".to_owned(),
            "pages" => "bench pages".to_owned(),
            name => format!("prove {name}"),
        }
    }
}

fn git(arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    git.args(arguments).current_dir(crate::root::root());
    crate::shell::text(&mut git).map_or_else(|_| String::new(), |text| text.trim().to_owned())
}

pub fn commit() -> String {
    let commit = git(&["rev-parse", "--short=12", "HEAD"]);
    // Reports and reference answers may differ: they are what is being written.
    let changed = git(&["status", "--porcelain", "--", ".", ":!docs/proofs", ":!proofs"]);
    match (commit.is_empty(), changed.is_empty()) {
        (true, _) => "not a git clone".to_owned(),
        (false, true) => commit,
        (false, false) => format!("{commit} with changes that are not committed"),
    }
}

/// Cores, processor and memory of this machine.
pub fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let field = |file: &str, name: &str| {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_once(':').map_or_else(|| "unknown".to_owned(), |(_, value)| value.trim().to_owned())
    };
    let memory = field("/proc/meminfo", "MemTotal");
    let memory = memory.split(' ').next().and_then(|kib| kib.parse::<f64>().ok());
    let memory = memory.map_or_else(|| "unknown memory".to_owned(), |kib| format!("{:.0} GB", kib / 1_048_576.0));
    format!("{cores} cores, {}, {memory}", field("/proc/cpuinfo", "model name"))
}

fn rustc() -> String {
    crate::shell::text(Command::new("rustc").arg("--version"))
        .map_or_else(|_| "rustc".to_owned(), |text| text.trim().to_owned())
}
