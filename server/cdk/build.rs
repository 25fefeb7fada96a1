//! Packs the tables: they are lines of text for people and for version control, and most programs need few of them.

use schema::packed;
use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    for (name, mark) in [("classes", "{\"class\":\""), ("values", "{\"type\":\"")] {
        let file = format!("data/{name}.jsonl");
        println!("cargo::rerun-if-changed={file}");
        let text = fs::read_to_string(&file)?;
        let mut lines = Vec::new();
        for line in text.lines() {
            let name = line.strip_prefix(mark).and_then(|it| it.split('"').next());
            lines.push((
                name.ok_or_else(|| io::Error::other(format!("{file}: a line without a name")))?,
                line.as_bytes(),
            ));
        }
        fs::write(Path::new(&out).join(format!("{name}.bin")), packed::write(&lines, pack)?)?;
    }
    fs::write(Path::new(&out).join("types.bin"), types()?)?;
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}

/// The types of the library, those of a module together.
fn types() -> io::Result<Vec<u8>> {
    println!("cargo::rerun-if-changed=data/types.txt");
    let text = fs::read_to_string("data/types.txt")?;
    let mut modules: BTreeMap<&str, String> = BTreeMap::new();
    for line in text.lines() {
        let (module, line) = line.split_once('.').ok_or_else(|| io::Error::other("a type without a module"))?;
        let lines = modules.entry(module).or_default();
        lines.push_str(line);
        lines.push('\n');
    }
    let modules: Vec<_> = modules.iter().map(|(module, lines)| (*module, lines.as_bytes())).collect();
    packed::write(&modules, pack)
}

fn pack(block: &[u8]) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 9, ..Default::default() };
    brotli::BrotliCompress(&mut &block[..], &mut out, &parameters)?;
    Ok(out)
}
