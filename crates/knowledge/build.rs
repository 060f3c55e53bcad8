//! Rebuilds when a knowledge file changes; downloads and writes nothing.
fn main() {
    println!("cargo:rerun-if-changed=../../knowledge");
}
