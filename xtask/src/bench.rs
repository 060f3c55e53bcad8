pub fn bench(_: bool) -> anyhow::Result<()> { Ok(()) }
