//! Running other programs.

use std::io::{BufRead as _, BufReader, Read};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

/// Cargo of the toolchain that runs this program, in the repository.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(crate::root::root());
    clean(&mut command);
    command
}

/// Takes away what cargo sets for the program it runs: it speaks of this package, not of the next one.
fn clean(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST") || text == "CARGO_PRIMARY_PACKAGE" {
            command.env_remove(&name);
        }
    }
}

/// True when a program can be started.
pub fn exists(program: &str) -> bool {
    let quiet = Command::new(program).arg("--version").stdin(Stdio::null()).output();
    quiet.is_ok_and(|output| output.status.success())
}

/// Runs a program with its output shown.
///
/// # Errors
/// When it cannot start or does not succeed.
pub fn show(command: &mut Command) -> anyhow::Result<()> {
    let words = words(command);
    let status = command.stdin(Stdio::null()).status().with_context(|| format!("cannot start {words}"))?;
    if !status.success() {
        bail!("{words} ended with {status}");
    }
    Ok(())
}

/// Runs a program and returns its standard output.
///
/// # Errors
/// When it cannot start or does not succeed; the message carries its standard error.
pub fn text(command: &mut Command) -> anyhow::Result<String> {
    let words = words(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {words}"))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        let shown: Vec<&str> = errors.lines().take(20).collect();
        bail!("{words} ended with {}: {}", output.status, shown.join("\n"));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What a program said and how it ended.
#[derive(Debug)]
pub struct Ended {
    /// Standard output and standard error together.
    pub text: String,
    /// Ended well.
    pub success: bool,
    /// Was stopped because it ran too long.
    pub timed_out: bool,
    /// How long it took.
    pub took: Duration,
}

/// Runs a program with a time limit; its whole process group is stopped when the time is over.
///
/// # Errors
/// When it cannot start.
pub fn bounded(command: &mut Command, limit: Duration) -> anyhow::Result<Ended> {
    bounded_to(command, limit, Stdio::piped())
}

/// The same with what the program answers going elsewhere; [`Ended::text`] then holds what it complained about.
///
/// # Errors
/// When it cannot start.
pub fn bounded_to(command: &mut Command, limit: Duration, answers: Stdio) -> anyhow::Result<Ended> {
    let words = words(command);
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(answers)
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .with_context(|| format!("cannot start {words}"))?;
    let (lines, received) = mpsc::channel();
    let readers: Vec<_> = [child.stdout.take().map(boxed), child.stderr.take().map(boxed)]
        .into_iter()
        .flatten()
        .map(|stream| {
            let lines = lines.clone();
            std::thread::spawn(move || read_lines(stream, &lines))
        })
        .collect();
    drop(lines);
    let mut text = String::new();
    let mut timed_out = false;
    let status = loop {
        let wait = received.recv_timeout(Duration::from_millis(50));
        match wait {
            Ok(line) => {
                text.push_str(&line);
                text.push('\n');
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => std::thread::sleep(Duration::from_millis(20)),
        }
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if !timed_out && started.elapsed() > limit {
            timed_out = true;
            let group = format!("-{}", child.id());
            let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        }
    };
    let took = started.elapsed();
    // What the program said before it ended; a child of its own may keep the pipe open, so do not wait for ever.
    while let Ok(line) = received.recv_timeout(Duration::from_millis(500)) {
        text.push_str(&line);
        text.push('\n');
    }
    drop(readers);
    Ok(Ended { text, success: status.success() && !timed_out, timed_out, took })
}

fn boxed<R: Read + Send + 'static>(stream: R) -> Box<dyn Read + Send> {
    Box::new(stream)
}

fn read_lines(stream: Box<dyn Read + Send>, lines: &mpsc::Sender<String>) {
    let mut reader = BufReader::new(stream);
    let mut buffer = Vec::new();
    while reader.read_until(b'\n', &mut buffer).is_ok_and(|count| count > 0) {
        let line = String::from_utf8_lossy(&buffer).trim_end().to_owned();
        if lines.send(line).is_err() {
            return;
        }
        buffer.clear();
    }
}

/// A command as a person would type it, without folders that differ from machine to machine.
pub fn words(command: &Command) -> String {
    let name = |word: &std::ffi::OsStr| {
        let path = Path::new(word);
        match path.is_absolute() {
            true => path.file_name().unwrap_or(word).to_string_lossy().into_owned(),
            false => word.to_string_lossy().into_owned(),
        }
    };
    std::iter::once(command.get_program()).chain(command.get_args()).map(name).collect::<Vec<_>>().join(" ")
}

/// The last lines of a long text.
pub fn tail(text: &str, lines: usize) -> String {
    let all: Vec<&str> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}
