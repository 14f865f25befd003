-- Put in front of the scripts that look at a recipient's proof.

-- Looks at the proof, if this client may still try; counts a wrong one, and burns the secret
-- where its sender wants that. `tried` is the record's w. ARGV from `first` on: the most tries and
-- their time (ms) of one client, then of all of them. Answers nothing for a right proof, else what
-- the script is to answer. Everything has its expiry: the client's count its own, the rest the
-- record's.
local function prove(ciphertext, record, absent, client, verifier, tried, first)
  -- Before the first wrong one nobody can have tried too often.
  if not tried and verifier == ARGV[1] then
    return nil
  end
  local found = redis.call('HMGET', record, 'h', 'u', 'f')
  local count, till, most = tonumber(found[1] or 0), tonumber(found[2] or 0), tonumber(found[3])
  local wait = 0
  if tonumber(redis.call('GET', client) or 0) >= tonumber(ARGV[first]) then
    wait = redis.call('PTTL', client)
  end
  if count >= tonumber(ARGV[first + 2]) and now < till then
    wait = math.max(wait, till - now)
  end
  if wait > 0 then
    return { 'wait', wait }
  end
  if verifier == ARGV[1] then
    return nil
  end
  -- A first write that a full memory does not refuse.
  redis.call('GETDEL', absent)
  if redis.call('INCR', client) == 1 then
    redis.call('PEXPIRE', client, ARGV[first + 1])
  end
  if now < till then
    redis.call('HINCRBY', record, 'h', 1)
  else
    redis.call('HSET', record, 'h', 1, 'u', stamp(now + ARGV[first + 3]))
  end
  redis.call('HSET', record, 'q', now_text)
  local tries = redis.call('HINCRBY', record, 'w', 1)
  if most and tries >= most then
    -- The proof was wrong, so the ciphertext's name is the record's to tell.
    redis.call('DEL', string.sub(ciphertext, 1, #ciphertext - #ARGV[1]) .. verifier)
    bury(record, 'burned', now, ARGV[2], 'b', 'tries')
    return { 'gone', 'burned' }
  end
  return { 'wrong' }
end
