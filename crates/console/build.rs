//! Builds the pages of `ui` with npm, and lays them into a table that the program carries.
//!
//! Nothing is written to the source tree but `ui/node_modules`. Where there is no npm the program is built
//! all the same, without pages, and its door says so.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use flate2::Compression;
use flate2::write::GzEncoder;

/// What the pages are made of. What is not here changes nothing that is built.
const SOURCES: &[&str] = &[
    "package.json",
    "package-lock.json",
    "index.html",
    "src",
    "public",
    "dev",
    "tsconfig.json",
    "vite.config.ts",
    "../../../applications/house/page",
    // Whose licences are shown.
    "../../../Cargo.lock",
];
const SWITCH: &str = "THINGSTEAD_CONSOLE_PAGES";
const NPM: &str = "npm";

type Result<T> = std::result::Result<T, String>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            say(&format!("cargo::error={}", why.replace('\n', " | ")));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let ui = PathBuf::from(variable("CARGO_MANIFEST_DIR")?).join("ui");
    let out = PathBuf::from(variable("OUT_DIR")?);
    for source in SOURCES.iter().map(|name| ui.join(name)).filter(|path| path.exists()) {
        say(&format!("cargo::rerun-if-changed={}", source.display()));
    }
    say("cargo::rerun-if-changed=build.rs");
    say(&format!("cargo::rerun-if-env-changed={SWITCH}"));
    let pages = match build_pages(&ui, &out)? {
        true => files_below(&out.join("pages"))?,
        false => Vec::new(),
    };
    write(&out.join("pages.rs"), table(&pages, &out)?.as_bytes())
}

/// Whether there are pages now.
fn build_pages(ui: &Path, out: &Path) -> Result<bool> {
    if std::env::var(SWITCH).is_ok_and(|value| value == "off") {
        return Ok(false);
    }
    if Command::new(NPM).arg("--version").output().is_err() {
        say("cargo::warning=npm is not here: the console is built without its pages");
        // What is never there has always changed: the next build looks for npm again.
        say(&format!("cargo::rerun-if-changed={}", out.join("npm-is-here").display()));
        return Ok(false);
    }
    let lock_path = ui.join("package-lock.json");
    let lock = fs::read(&lock_path).map_err(|error| failed("read", &lock_path, &error))?;
    // Builds of several profiles may run at once, and share node_modules.
    let held = File::open(&lock_path).map_err(|error| failed("open", &lock_path, &error))?;
    held.lock().map_err(|error| failed("lock", &lock_path, &error))?;
    install(ui, &lock)?;
    let pages = out.join("pages");
    if pages.exists() {
        fs::remove_dir_all(&pages).map_err(|error| failed("remove", &pages, &error))?;
    }
    npm(ui, &["run", "build", "--", "--outDir"], Some(pages.as_os_str()))?;
    Ok(true)
}

/// Fetches what the pages need, if that is not what lies there.
fn install(ui: &Path, lock: &[u8]) -> Result<()> {
    let (modules, known) = (ui.join("node_modules"), hash_of(lock));
    let mark = modules.join(".thingstead-installed");
    if fs::read_to_string(&mark).is_ok_and(|text| text == known) {
        return Ok(());
    }
    // No package runs code of its own when it comes.
    npm(ui, &["ci", "--ignore-scripts", "--include=dev", "--no-audit", "--no-fund"], None)?;
    fs::create_dir_all(&modules).map_err(|error| failed("make", &modules, &error))?;
    write(&mark, known.as_bytes())
}

fn npm(ui: &Path, words: &[&str], last: Option<&OsStr>) -> Result<()> {
    let done = Command::new(NPM).current_dir(ui).args(words).args(last).output();
    let done = done.map_err(|error| format!("npm cannot be run: {error}"))?;
    if done.status.success() {
        return Ok(());
    }
    let said = [done.stdout, done.stderr].concat();
    let said = String::from_utf8_lossy(&said).trim().to_owned();
    Err(format!(
        "npm {} failed; {SWITCH}=off builds without the pages of the console\n{said}",
        words.join(" ")
    ))
}

/// A table of the type `Page`, with the compressed bytes where they are worth it.
fn table(pages: &[PathBuf], out: &Path) -> Result<String> {
    let root = out.join("pages");
    let mut text = "const PAGES: &[Page] = &[\n".to_owned();
    for (number, path) in pages.iter().enumerate() {
        let bytes = fs::read(path).map_err(|error| failed("read", path, &error))?;
        let name = path.strip_prefix(&root).expect("it was found below").display().to_string();
        let small = compressed(&bytes).map_err(|error| failed("compress", path, &error))?;
        let gzip = match small.len() < bytes.len() / 10 * 9 {
            true => {
                let file = format!("{number}.gz");
                write(&out.join(&file), &small)?;
                format!("Some({})", included(&format!("/{file}")))
            }
            false => "None".to_owned(),
        };
        let (tag, content_type) = (hash_of(&bytes), content_type(path)?);
        let name = format!("/{}", name.replace('\\', "/"));
        let bytes = included(&format!("/pages{name}"));
        let _infallible = writeln!(
            text,
            "    Page {{ path: {name:?}, content_type: {content_type:?}, tag: {tag:?}, \
             bytes: {bytes}, gzip: {gzip} }},"
        );
    }
    text.push_str("];\n");
    Ok(text)
}

/// By its place in the directory of this build, which may be moved.
fn included(name: &str) -> String {
    format!("include_bytes!(concat!(env!(\"OUT_DIR\"), {name:?}))")
}

fn content_type(path: &Path) -> Result<&'static str> {
    Ok(match path.extension().and_then(OsStr::to_str).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        other => return Err(format!("{}: no content type for {other:?}", path.display())),
    })
}

fn compressed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// All files, in an order that does not change.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let entries = fs::read_dir(folder).map_err(|error| failed("read", folder, &error))?;
    for entry in entries {
        let path = entry.map_err(|error| failed("read", folder, &error))?.path();
        match path.is_dir() {
            true => files.extend(files_below(&path)?),
            false => files.push(path),
        }
    }
    files.sort();
    Ok(files)
}

fn hash_of(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).map_err(|error| failed("write", path, &error))
}

fn variable(name: &str) -> Result<String> {
    std::env::var(name).map_err(|_| format!("cargo did not set {name}"))
}

fn failed(what: &str, path: &Path, error: &io::Error) -> String {
    format!("cannot {what} {}: {error}", path.display())
}

/// To cargo, which reads the standard output of this program.
fn say(line: &str) {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}").expect("cargo listens");
}
