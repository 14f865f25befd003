-- Put in front of the scripts that know leases. The record's field `k` lists them, each as
-- token (16 bytes), end (14 digits, ms) and views left (3 digits). One that was acknowledged stays
-- until its end, so that a repetition which comes late spends no view, and has a word for its views.
local LEASE = 33
local ACKNOWLEDGED = 'ack'

-- Of the listed ones whose time has not ended: the others than this token's, whether any of them
-- still runs, and this token's own.
local function sift(leases, token)
  local others, run, own = {}, false, nil
  for at = 1, #leases, LEASE do
    local lease = string.sub(leases, at, at + LEASE - 1)
    if now < tonumber(string.sub(lease, 17, 30)) then
      if string.sub(lease, 1, 16) == token then
        own = lease
      else
        others[#others + 1] = lease
        run = run or string.sub(lease, 31) ~= ACKNOWLEDGED
      end
    end
  end
  return table.concat(others), run, own
end

-- The views that were left when this token's was spent, ACKNOWLEDGED, or nothing.
local function left_of(leases, token)
  local _, _, own = sift(leases, token)
  if not own then
    return nil
  end
  local left = string.sub(own, 31)
  return left == ACKNOWLEDGED and left or tonumber(left)
end

local function with_lease(leases, token, ends, left)
  local others = sift(leases, token)
  return others .. token .. string.format('%014.0f%03d', ends, left)
end
