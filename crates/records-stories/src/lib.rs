//! What every engine must do, told as stories.
