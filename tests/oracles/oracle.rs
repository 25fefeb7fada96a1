//! Programs that know what AWS accepts, and what they say of templates.

use serde_json::Value as Json;
use std::collections::HashMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A program that checks templates, ready to run.
#[derive(Debug)]
pub(crate) struct Oracle {
    /// What aliases call it.
    pub(crate) name: &'static str,
    version: &'static str,
    program: PathBuf,
    script: PathBuf,
    folder: PathBuf,
}

/// A finding of such a program.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) id: String,
    pub(crate) is_error: bool,
    pub(crate) message: String,
    /// Line and column from 0, in characters; the end is exclusive.
    pub(crate) start: (u32, u32),
    pub(crate) end: (u32, u32),
    /// The keys on the way to it.
    pub(crate) path: Vec<String>,
    /// It explains one of the ways in which another finding could be met.
    pub(crate) is_part: bool,
}

impl Oracle {
    /// cfn-lint, in an environment of its own below the target folder.
    pub(crate) fn cfn_lint(folder: &Path) -> Result<Oracle, String> {
        const VERSION: &str = "1.58.0";
        let home = folder.join("cfn-lint");
        let binaries = home.join(if cfg!(windows) { "Scripts" } else { "bin" });
        let program = binaries.join(if cfg!(windows) { "python.exe" } else { "python" });
        if !home.join(VERSION).is_file() {
            let python = if cfg!(windows) { "python" } else { "python3" };
            run(Command::new(python).args(["-m", "venv"]).arg(&home))?;
            let package = format!("cfn-lint=={VERSION}");
            run(Command::new(&program).args(["-m", "pip", "install", "--quiet", &package]))?;
            fs::write(home.join(VERSION), "").map_err(|it| it.to_string())?;
        }
        Oracle::new("cfn_lint", VERSION, program, "lint.py", folder)
    }

    /// AWS's validator, for Node.
    pub(crate) fn validator(folder: &Path) -> Result<Oracle, String> {
        const VERSION: &str = "1.9.0-beta";
        let home = folder.join("validate");
        if !home.join(VERSION).is_file() {
            fs::create_dir_all(&home).map_err(|it| it.to_string())?;
            fs::write(home.join("package.json"), r#"{ "private": true }"#).map_err(|it| it.to_string())?;
            let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
            let package = format!("@aws/cloudformation-validate@{VERSION}");
            let flags = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
            run(Command::new(npm).args(flags).arg(package).current_dir(&home))?;
            fs::write(home.join(VERSION), "").map_err(|it| it.to_string())?;
        }
        // The script finds the package beside itself.
        let script = home.join("validate.cjs");
        fs::copy(scripts().join("validate.cjs"), &script).map_err(|it| it.to_string())?;
        Oracle::new("validate", VERSION, "node".into(), &script, folder)
    }

    fn new(
        name: &'static str,
        version: &'static str,
        program: PathBuf,
        script: impl AsRef<Path>,
        folder: &Path,
    ) -> Result<Oracle, String> {
        let script = scripts().join(script);
        let mut hasher = DefaultHasher::new();
        fs::read(&script).map_err(|it| it.to_string())?.hash(&mut hasher);
        let folder = folder.join("answers").join(format!("{name}-{version}-{:08x}", hasher.finish() as u32));
        fs::create_dir_all(&folder).map_err(|it| it.to_string())?;
        Ok(Oracle { name, version, program, script, folder })
    }

    /// What it says of files. What it said before of one that did not change is taken as it is; what it cannot read is not
    /// among the answers.
    pub(crate) fn ask(&self, files: &[PathBuf]) -> Result<HashMap<PathBuf, Vec<Said>>, String> {
        let unknown: Vec<&PathBuf> = files.iter().filter(|it| !self.answer(it).is_file()).collect();
        if !unknown.is_empty() {
            eprintln!("{} {} looks at {} templates", self.name, self.version, unknown.len());
            self.run(&unknown)?;
        }
        let mut out = HashMap::new();
        for file in files {
            let Ok(text) = fs::read_to_string(self.answer(file)) else { continue };
            let json: Json = serde_json::from_str(&text).map_err(|it| format!("{}: {it}", file.display()))?;
            let found = json["found"].as_array().into_iter().flatten();
            out.insert(file.clone(), found.filter_map(Said::read).collect());
        }
        Ok(out)
    }

    fn run(&self, files: &[&PathBuf]) -> Result<(), String> {
        let mut command = Command::new(&self.program);
        command.arg(&self.script).current_dir(&self.folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|it| format!("{}: {it}", self.program.display()))?;
        let mut input = child.stdin.take().expect("it is piped");
        let paths: String = files.iter().map(|it| format!("{}\n", it.display())).collect();
        let writer = std::thread::spawn(move || input.write_all(paths.as_bytes()));
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        for line in output.lines() {
            let line = line.map_err(|it| it.to_string())?;
            let json: Json = serde_json::from_str(&line).map_err(|it| format!("{line}: {it}"))?;
            let path = Path::new(json["path"].as_str().unwrap_or_default());
            fs::write(self.answer(path), &line).map_err(|it| it.to_string())?;
        }
        // A program that ended early has read less than was written: what it said counts.
        writer.join().ok();
        child.wait().map_err(|it| it.to_string())?;
        Ok(())
    }

    /// Where the answer about a file is kept. The path counts: other files are found from there.
    fn answer(&self, file: &Path) -> PathBuf {
        let mut hasher = DefaultHasher::new();
        (file, fs::read(file).unwrap_or_default()).hash(&mut hasher);
        self.folder.join(format!("{:016x}.json", hasher.finish()))
    }
}

impl Said {
    fn read(json: &Json) -> Option<Said> {
        let number = |it: &Json| u32::try_from(it.as_i64()?.max(0)).ok();
        let place = |it: &Json| Some((number(&it[0])?, number(&it[1])?));
        let keys = json["path"].as_array().into_iter().flatten();
        Some(Said {
            id: json["id"].as_str()?.to_owned(),
            is_error: json["level"] == "error",
            message: json["message"].as_str()?.to_owned(),
            start: place(&json["start"])?,
            end: place(&json["end"])?,
            path: keys.filter_map(Json::as_str).filter(|it| !it.is_empty()).map(str::to_owned).collect(),
            is_part: json["part"] == true,
        })
    }
}

fn scripts() -> PathBuf {
    tests::root().join("tests/oracles")
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|it| format!("{:?}: {it}", command.get_program()))?;
    let error = String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(()) } else { Err(format!("{:?}: {error}", command.get_program())) }
}
