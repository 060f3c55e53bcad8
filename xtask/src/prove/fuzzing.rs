use super::report::Report; use super::store::Store;
pub fn prove(_: &mut Store, _: &mut Report) -> anyhow::Result<()> { Ok(()) }
pub fn fuzz(_: Option<&str>, _: u64) -> anyhow::Result<()> { Ok(()) }
