//! The stores of `charley-records` on postgres.
