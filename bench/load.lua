-- What wrk asks. usage: wrk … -s load.lua URL -- WORK [argument]; one line of JSON at its end.
local work, argument, count, thread = "", "", 0, 0
local threads = 0
local book, run

function setup(which)
    which:set("thread", threads)
    threads = threads + 1
end

function init(arguments)
    work, argument = arguments[1], arguments[2] or ""
    math.randomseed(os.time() * 10 + thread)
    wrk.headers["Content-Type"] = "application/json"
    if work:sub(1, 4) == "our-" then
        book = dofile(argument)
        -- No run may repeat the keys of another: it would only be told what was answered then.
        run = string.format("%x-%x", os.time(), math.random(2 ^ 31))
    end
    if work == "fast" then
        -- A steady offer instead of as fast as it goes: the argument is the mean pause.
        local pause_ms = tonumber(argument)
        function delay() return math.random(0, 2 * pause_ms) end
    end
end

local function row() return wrk.format("GET", "/contracts/" .. math.random(2, 9000)) end

local function note()
    local title = argument .. "-" .. thread .. "-" .. count
    local body = '{"title":"' .. title .. '","quantity":1}'
    return wrk.format("POST", "/api/v1/proving/notes", nil, body)
end

-- Somebody else each time: nobody is locked.
local function login()
    local email = argument .. "-" .. thread .. "-" .. count .. "@example.org"
    local body = '{"email":"' .. email .. '","password":"a fine long sentence"}'
    return wrk.format("POST", "/api/v1/auth/login", nil, body)
end

-- What a cold cell's device measures; no two are of one moment.
local function measured()
    return string.format('"recordedAt":"%s.%03dZ","temperature":%.1f,"humidity":%.1f',
        os.date("!%Y-%m-%dT%H:%M:%S"), math.random(0, 999), 3 + math.random() * 4,
        math.random() * 100)
end

-- Many at once, as after a night without a network, from a body that is made once for all devices.
local slice, slice_body = -1, ""
local function readings(index)
    if math.floor(index / #book.tokens) ~= slice then
        slice = math.floor(index / #book.tokens)
        local items, step_seconds = {}, 10
        local first = os.time() - (slice % 110 + 1) * 500 * step_seconds
        local ms = math.random(0, 999)
        for number = 1, 500 do
            items[number] = string.format(
                '{"recordedAt":"%s.%03dZ","temperature":%.1f,"humidity":%.1f,"batteryLevel":97.5}',
                os.date("!%Y-%m-%dT%H:%M:%S", first + number * step_seconds), ms,
                3 + math.random() * 4, math.random() * 100)
        end
        slice_body = '{"readings":[' .. table.concat(items, ",") .. "]}"
    end
    return slice_body
end

local function told()
    local which = count % #book.tokens + 1
    local headers = {["Content-Type"] = "application/json", ["x-device-key"] = book.tokens[which]}
    local path = "/api/v1/readings/devices/" .. book.targets[which] .. "/readings"
    if work == "our-readings" then return wrk.format("POST", path, headers, readings(count)) end
    local body = "{" .. measured() .. ',"batteryLevel":97.5,"powerStatus":true,"doorStatus":false}'
    return wrk.format("POST", path, headers, body)
end

-- What the peers take: the keys of their tables.
local function theirs()
    if work == "their-reading" then
        local at = os.date("!%Y-%m-%d %H:%M:%S") .. string.format(".%03d", math.random(0, 999))
        return wrk.format("POST", "/readings", nil, '{"deviceId":' .. math.random(1, 10000)
            .. ',"at":"' .. at .. '","temperature":' .. math.random(0, 300) / 10 .. ',"humidity":'
            .. math.random(0, 1000) / 10 .. ',"battery":97.5,"power":true,"door":false}')
    end
    local from, to = argument == "hot" and 1 or math.random(2, 9000), math.random(2, 9000)
    if work == "their-shipment" then
        local body = '{"contractId":' .. from .. ',"quantity":1}'
        return wrk.format("POST", "/shipments", nil, body)
    end
    if from == to then to = to % 9000 + 1 end
    local body = '{"from":' .. from .. ',"to":' .. to .. ',"amount":1}'
    return wrk.format("POST", "/transfers", nil, body)
end

-- The argument is a Lua file: whose tokens, and what to name.
local function ours()
    local headers = {["Content-Type"] = "application/json"}
    headers["Idempotency-Key"] = run .. "-" .. thread .. "-" .. count
    local who, whom = math.random(#book.tokens), math.random(#book.targets)
    -- Where everybody pays everybody, nobody pays themselves.
    if #book.tokens == #book.targets and who == whom then whom = whom % #book.targets + 1 end
    headers["Authorization"] = "Bearer " .. book.tokens[who]
    local target = book.targets[whom]
    if work == "our-shipment" then
        local body = '{"contractId":"' .. target .. '","quantity":1}'
        return wrk.format("POST", "/api/v1/shipments", headers, body)
    end
    local body = '{"toUserId":"' .. target .. '","amount":1}'
    return wrk.format("POST", "/api/v1/wallet/transfer", headers, body)
end

function request()
    count = count + 1
    if work:sub(1, 6) == "their-" then return theirs() end
    if work:sub(1, 11) == "our-reading" then return told() end
    if work:sub(1, 4) == "our-" then return ours() end
    if work == "get" then return wrk.format("GET", argument) end
    if work == "row" then return row() end
    if work == "login" then return login() end
    if work == "note" then return note() end
    if work == "fast" then return count % 2 == 0 and row() or wrk.format("GET", "/health") end
    local turn = count % 8
    if turn == 0 then return note() end
    if turn == 1 then return wrk.format("GET", "/api/v1/proving/notes") end
    if turn < 5 then return row() end
    return wrk.format("GET", "/health")
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '{"count":%d,"microseconds":%d,"refused":%d,"broken":%d,"p50":%d,"p99":%d}\n',
        summary.requests, summary.duration, errors.status,
        errors.connect + errors.read + errors.write + errors.timeout,
        latency:percentile(50), latency:percentile(99)))
end
