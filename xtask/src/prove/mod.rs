use clap::ValueEnum;
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Name { Exact }
pub fn prove(_: Name, _: bool) -> anyhow::Result<()> { Ok(()) }
pub fn fuzz(_: Option<&str>, _: u64) -> anyhow::Result<()> { Ok(()) }
