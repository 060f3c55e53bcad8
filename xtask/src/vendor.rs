pub fn vendor(_: bool) -> anyhow::Result<()> { Ok(()) }
