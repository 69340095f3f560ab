"""工作日历: yearly notices of holidays, their preview, their loading, and what moves with them."""
