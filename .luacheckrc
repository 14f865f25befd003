-- What Redis runs a script with, and what scripts that are put in front of others define for them
-- (the Rust beside them says which goes in front of which).
stds.redis = { read_globals = { 'ARGV', 'KEYS', redis = { fields = { 'call' } } } }
stds.front = {
  read_globals = { 'ACKNOWLEDGED', 'bury', 'left_of', 'now', 'now_text', 'prove', 'sift', 'waits', 'with_lease' },
}
std = 'lua51+redis+front'
-- A stylistic choice is StyLua's; the length of lines as well.
max_line_length = false
-- What these define is for the scripts that they are put in front of.
for _, name in ipairs({ 'clock', 'leases', 'tombstone', 'attempts' }) do
  files['store/src/redis/' .. name .. '.lua'] = { ignore = { '211' } }
end
