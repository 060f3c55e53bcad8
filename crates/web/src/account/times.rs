//! Moments and time zones, as people read them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Parts of the world that the list of time zones shows; the rest of the database is old names.
const AREAS: [&str; 10] =
    ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];

/// All time zones to choose from.
pub fn zones() -> Vec<String> {
    let known = |name: &str| name.split_once('/').is_some_and(|(area, _)| AREAS.contains(&area));
    let mut zones: Vec<String> =
        jiff::tz::db().available().map(|name| name.to_string()).filter(|name| known(name)).collect();
    zones.sort();
    zones.dedup();
    zones.push("UTC".to_owned());
    zones
}

/// "24 November 2026, 21:30" in a zone; in UTC, and saying so, when the zone is not known.
pub fn moment(at: Timestamp, zone: &str) -> String {
    match TimeZone::get(zone) {
        Ok(known) => at.to_zoned(known).strftime("%-d %B %Y, %H:%M").to_string(),
        Err(_) => at.strftime("%-d %B %Y, %H:%M UTC").to_string(),
    }
}

/// "24 November 2026".
pub fn day(at: Timestamp, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).strftime("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_places_and_utc() {
        let zones = zones();
        assert!(zones.len() > 300 && zones.contains(&"Europe/London".to_owned()));
        assert!(!zones.iter().any(|zone| zone.starts_with("Etc/") || zone.starts_with("posix")));
        assert_eq!(zones.last().unwrap(), "UTC");
    }

    #[test]
    fn moments_are_told_in_the_zone() {
        let at: Timestamp = "2026-07-01T20:30:00Z".parse().unwrap();
        assert_eq!(moment(at, "Europe/Berlin"), "1 July 2026, 22:30");
        assert_eq!(moment(at, "No/Where"), "1 July 2026, 20:30 UTC");
        assert_eq!(day(at, "Asia/Tokyo"), "2 July 2026");
    }
}
