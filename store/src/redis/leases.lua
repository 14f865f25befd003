-- Put in front of the scripts that know leases. The record's field `k` lists them, each as
-- name (16 bytes), end (14 digits, ms) and views left (3 digits). One that was acknowledged stays
-- until its end, so that a repetition which comes late spends no view, and has a word for its views.
local LEASE = 33
local ACKNOWLEDGED = 'ack'

-- Of the listed ones whose time has not ended: the others than the one of this name, whether any of
-- them still runs, and the one of this name.
local function sift(leases, name)
  local others, run, own = {}, false, nil
  for at = 1, #leases, LEASE do
    local lease = string.sub(leases, at, at + LEASE - 1)
    if now < tonumber(string.sub(lease, 17, 30)) then
      if string.sub(lease, 1, 16) == name then
        own = lease
      else
        others[#others + 1] = lease
        run = run or string.sub(lease, 31) ~= ACKNOWLEDGED
      end
    end
  end
  return table.concat(others), run, own
end

-- The views that were left when the view of this lease was spent, ACKNOWLEDGED, or nothing.
local function left_of(leases, name)
  local _, _, own = sift(leases, name)
  if not own then
    return nil
  end
  local left = string.sub(own, 31)
  return left == ACKNOWLEDGED and left or tonumber(left)
end

local function with_lease(leases, name, ends, left)
  local others = sift(leases, name)
  return others .. name .. string.format('%014.0f%03d', ends, left)
end
