-- Reads a record together with the store's time. Changes nothing.
-- Answers {now, c, x, s, e, n, l, z, t, b, o, f, w, q}.
local record = KEYS[1]

local found = redis.call('HMGET', record, 'c', 'x', 's', 'e', 'n', 'l', 'z', 't', 'b', 'o', 'f', 'w', 'q')
table.insert(found, 1, now_text)
return found
