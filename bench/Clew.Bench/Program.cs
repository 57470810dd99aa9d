using System.Diagnostics;
using System.Globalization;
using System.Text;
using Clew.Bench;
using Clew.Identification;
using Npgsql;
using NpgsqlTypes;

await using var ground = await Ground.Start("/tmp/clew-bench");

static Dictionary<string, double> Cpu()
{
    var sums = new Dictionary<string, double>();
    foreach (var dir in Directory.GetDirectories("/proc").Where(d => char.IsAsciiDigit(d[6])))
    {
        try
        {
            var stat = File.ReadAllText(dir + "/stat");
            var rest = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var cmd = File.ReadAllText(dir + "/cmdline").Replace('\0', ' ');
            var name = cmd.Contains("postgres:") ? "pg " + string.Join(' ', cmd.Split(' ').Skip(1).Take(2)) : cmd.Contains("Clew.Server.dll") ? "server" : cmd.Contains("Clew.Bench.dll") ? "client" : null;
            if (name != null) { sums[name] = sums.GetValueOrDefault(name) + (double.Parse(rest[11], CultureInfo.InvariantCulture) + double.Parse(rest[12], CultureInfo.InvariantCulture)) / 100; }
        }
        catch (IOException) { }
    }
    return sums;
}

static byte[] Event(int n, string kind, int units, int first, bool known)
{
    var json = new StringBuilder();
    json.Append(CultureInfo.InvariantCulture, $"{{\"id\":\"{kind}-{n}\",\"kind\":\"{kind}\",\"happened\":\"2026-03-01T{n / 3600 % 24:00}:{n / 60 % 60:00}:{n % 60:00}.{n % 1000000:000000}+08:00\",\"place\":\"gs1:414/6901234000016\",\"items\":[");
    for (var i = 0; i < units; i++)
    {
        json.Append(CultureInfo.InvariantCulture, $"{(i > 0 ? "," : "")}\"gs1:01/06901234567892/21/SN{first + i:000000000}\"");
    }

    json.Append("],\"references\":[{\"type\":\"po\",\"number\":\"PO-4711\"}],\"participants\":[{\"role\":\"operator\",\"who\":\"op-17\"}]}");
    return Encoding.UTF8.GetBytes(json.ToString());
}

async Task<double> Load(string name, byte[][] requests, int clients, int eventsEach)
{
    var next = -1;
    var before = Cpu();
    var clock = Stopwatch.StartNew();
    await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
    {
        using var line = new HttpLine(ground.Server);
        int mine;
        while ((mine = Interlocked.Increment(ref next)) < requests.Length)
        {
            var status = await line.Send(requests[mine]);
            if (status is not 201)
            {
                throw new InvalidOperationException($"{status}: {Encoding.UTF8.GetString(line.Body.Span)}");
            }
        }
    }));
    var rate = requests.Length * (double)eventsEach / clock.Elapsed.TotalSeconds;
    var after = Cpu();
    Console.WriteLine($"{name}: {rate:0} events/s ({clock.Elapsed.TotalSeconds:0.0} s) cpu: " + string.Join(", ", after.Select(a => $"{a.Key} {a.Value - before.GetValueOrDefault(a.Key):0.0}")));
    return rate;
}

// floor: COPY of an event row and nine unit rows, indexed, durable
async Task<double> Floor(int events, int batch)
{
    await using var source = NpgsqlDataSource.Create(ground.Database("clew"));
    await using var c = await source.OpenConnectionAsync();
    await using (var cmd = new NpgsqlCommand("drop table if exists public.f_event, public.f_unit; create table public.f_event (id bigint primary key, at timestamptz, body bytea); create table public.f_unit (event bigint, unit text collate \"C\", at timestamptz); create index on public.f_unit (unit, at);", c)) { await cmd.ExecuteNonQueryAsync(); }
    var clock = Stopwatch.StartNew();
    for (var from = 0; from < events; from += batch)
    {
        using var tx = c.BeginTransaction();
        using (var copy = c.BeginBinaryImport("copy public.f_event from stdin (format binary)"))
        {
            for (var n = from; n < from + batch; n++)
            {
                copy.StartRow(); copy.Write((long)n, NpgsqlDbType.Bigint); copy.Write(DateTime.UtcNow, NpgsqlDbType.TimestampTz); copy.Write(Event(n, "productionCompleted", 9, n * 9, false), NpgsqlDbType.Bytea);
            }
            copy.Complete();
        }
        using (var copy = c.BeginBinaryImport("copy public.f_unit from stdin (format binary)"))
        {
            for (var n = from; n < from + batch; n++)
            { for (var i = 0; i < 9; i++)
            {
                copy.StartRow(); copy.Write((long)n, NpgsqlDbType.Bigint); copy.Write($"gs1:01/06901234567892/21/SN{n * 9 + i:000000000}", NpgsqlDbType.Text); copy.Write(DateTime.UtcNow, NpgsqlDbType.TimestampTz);
            } }
            copy.Complete();
        }
        tx.Commit();
    }
    var rate = events / clock.Elapsed.TotalSeconds;
    Console.WriteLine($"COPY floor, batch {batch}: {rate:0} events/s");
    return rate;
}

var key = ground.Key;
byte[] One(int n, string kind) => HttpLine.Post(ground.Server, "/capture", key, Event(n, kind, 9, n % 1_000_000 * 9, false));
byte[] Many(int n, string kind, int count)
{
    using var body = new MemoryStream();
    body.WriteByte((byte)'[');
    for (var i = 0; i < count; i++)
    {
        if (i > 0) { body.WriteByte((byte)','); }
        body.Write(Event(n + i, kind, 9, (n + i) % 1_000_000 * 9, false));
    }
    body.WriteByte((byte)']');
    return HttpLine.Post(ground.Server, "/capture", key, body.ToArray());
}

{
    using var line = new HttpLine(ground.Server);
    await line.Send(HttpLine.Post(ground.Server, "/capture", key, """
     [
     {"kind":"partyDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"gs1:417/6901234000016","nameEn":"Maker","nameZh":"制造","role":"manufacturer"}},
     {"kind":"placeDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"gs1:414/6901234000016","nameEn":"Plant","nameZh":"工厂","owner":"gs1:417/6901234000016"}},
     {"kind":"productDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"gs1:01/06901234567892","nameEn":"Pump","nameZh":"泵","model":"CP-100","isDevice":true}}]
     """u8));
}
await Load("warm", [.. Enumerable.Range(0, 6000).Select(n => One(n, "productionCompleted"))], 32, 1);
await Load("warm", [.. Enumerable.Range(0, 100).Select(n => Many(10000 + n * 100, "productionCompleted", 100))], 32, 100);
foreach (var phase in args)
{
    Console.WriteLine("PHASE " + phase);
    var rate = phase switch
    {
        "floor" => await Floor(50_000, 1000),
        "one-new" => await Load(phase, [.. Enumerable.Range(30000, 30000).Select(n => One(n, "productionCompleted"))], 32, 1),
        "one-known" => await Load(phase, [.. Enumerable.Range(30000, 30000).Select(n => One(n, "productReleased"))], 32, 1),
        "many-new" => await Load(phase, [.. Enumerable.Range(0, 500).Select(n => Many(100000 + n * 100, "productionCompleted", 100))], 32, 100),
        "many-known" => await Load(phase, [.. Enumerable.Range(0, 500).Select(n => Many(100000 + n * 100, "productReleased", 100))], 32, 100),
        "many-cold" => await Load(phase, [.. Enumerable.Range(0, 500).Select(n => Many(100000 + n * 100, "inspectedX", 100))], 32, 100),
        _ => 0,
    };
    GC.KeepAlive(rate);
}
