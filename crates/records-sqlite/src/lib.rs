//! The stores of `charley-records` on sqlite.
