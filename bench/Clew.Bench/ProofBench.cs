using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Clew.Proof;
using Clew.Server.Ledger;
using Clew.Server.Proof;
using Clew.Verify;
using Npgsql;

namespace Clew.Bench;

/// <summary>What proof costs: the tree while capturing, a full verification, and one inclusion proof in a large ledger.</summary>
internal static class ProofBench
{
    private const int Entries = 1_000_000;

    // As long as our entries are on average: a shipment of a few units.
    private const int EntryLength = 500;

    private const int Pumps = 4_000;

    private const int Proofs = 400;

    public static async Task Run(Ground ground, long to, long units)
    {
        await Capture(ground);
        Verification();
        await PackOf(ground, units);
        await Inclusion(ground, to);
    }

    // By processor time of the very server that captures, which other work does not blur.
    private static async Task Capture(Ground ground)
    {
        await Load.Post(ground, 1, 2, i => HttpLine.Post(ground.Server, "/capture", i == 0 ? ground.Key : ground.QualityKey, i == 0 ? Company.MasterData : Company.Lock));
        await QuestionsBench.Fill(ground, 0, Pumps, 0);
        var before = ground.Cpu();
        await QuestionsBench.Fill(ground, Pumps, 2 * Pumps, 0);
        var after = ground.Cpu();
        const double Events = (double)Pumps * Company.FactsOfALife;
        var (server, postgres) = ((after.Server - before.Server) / Events * 1e6, (after.Postgres - before.Postgres) / Events * 1e6);

        using var hasher = new TreeHasher();
        var entry = RandomNumberGenerator.GetBytes(EntryLength);
        double Tree()
        {
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            var growth = new Growth(Edge.Empty);
            for (var i = 0; i < Entries; i++)
            {
                growth.Append(hasher.Leaf(entry), hasher);
            }

            return (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMicroseconds / Entries;
        }

        Tree();
        var tree = Tree();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

            ### Proof

            | what | |
            |---|---:|
            | capture, µs of processor an event: server, PostgreSQL | {server:0}, {postgres:0} |
            | of that the tree with the hash of the leaf, µs an entry | {tree:0.00} |
            | the tree's part | {tree / (server + postgres):0.0 %} |
            """));
    }

    private static void Verification()
    {
        var folder = Path.Combine(Path.GetTempPath(), "clew-bench-pack-" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        try
        {
            var seed = RandomNumberGenerator.GetBytes(32);
            var key = NoteKey.Of("bench.example", SignatureType.Note, Server.Proof.Ed25519.PublicKey(seed));
            Write(folder, key, seed);
            var raw = Raw(Path.Combine(folder, Pack.Entries));
            double Check()
            {
                var cpu = Process.GetCurrentProcess().TotalProcessorTime;
                using var source = Source.At(folder);
                using var check = new PackCheck(source, [key], []);
                var report = check.Run();
                if (report.Verdict != Verdict.Intact || report.Entries != Entries)
                {
                    throw new InvalidOperationException(report.ToText(isChinese: false));
                }

                return (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
            }

            Check();
            var took = Check();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
                | clew-verify, entries a second of one core ({Entries:#,0} of {EntryLength} bytes) | {Entries / took:#,0} |
                | raw SHA-256 over the same bytes, entries a second of one core | {Entries / raw:#,0} |
                | verification ÷ raw SHA-256, time | {took / raw:0.00} |
                """));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Raw(string file)
    {
        var buffer = new byte[1 << 18];
        double Once()
        {
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var stream = File.OpenRead(file);
            for (var read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
            {
                sha256.AppendData(buffer, 0, read);
            }

            sha256.GetHashAndReset();
            return (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
        }

        Once();
        return Once();
    }

    // A pack of a whole ledger, unpacked, so that no decompression is measured.
    private static void Write(string folder, NoteKey key, byte[] seed)
    {
        using var hasher = new TreeHasher();
        var growth = new Growth(Edge.Empty);
        var nodes = new SortedDictionary<Tile, MemoryStream>(Comparer<Tile>.Create((a, b) => (a.Level, a.Number).CompareTo((b.Level, b.Number))));
        void Put(int level, long number, Digest hash)
        {
            var tile = new Tile(level, number / Tile.Width);
            if (!nodes.TryGetValue(tile, out var stream))
            {
                nodes[tile] = stream = new MemoryStream();
            }

            stream.Write(hash.ToBytes());
        }

        Directory.CreateDirectory(folder);
        using (var entries = File.Create(Path.Combine(folder, Pack.Entries)))
        {
            for (var i = 0; i < Entries; i++)
            {
                var entry = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"n\":{i},\"x\":\"").PadRight(EntryLength - 2, 'x') + "\"}");
                entries.Write(Pack.Head(i));
                entries.Write(entry);
                entries.Write("}\n"u8);
                var leaf = hasher.Leaf(entry);
                growth.Append(leaf, hasher);
                Put(0, i, leaf);
            }
        }

        foreach (var node in growth.Filled)
        {
            Put(node.Level, node.Number, node.Hash);
        }

        void Keep(string name, byte[] bytes)
        {
            var path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, bytes);
        }

        SignedNote Sign(string text) => new(text, [new NoteSignature(key.Name, key.Id, Server.Proof.Ed25519.Sign(seed, Encoding.UTF8.GetBytes(text)))]);
        foreach (var (tile, bytes) in nodes)
        {
            Keep(Pack.Tiles + tile.Path((int)bytes.Length / Digest.Length), bytes.ToArray());
        }

        var manifest = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"subject":"bench","entries":{{Entries}},"files":[{"name":"entries.jsonl","sha256":"{{Convert.ToHexStringLower(SHA256.HashData(File.OpenRead(Path.Combine(folder, Pack.Entries))))}}"},{"name":"checkpoint","sha256":"CHECKPOINT"}]}"""));
        var checkpoint = Encoding.UTF8.GetBytes(Sign(new Checkpoint(key.Name, Entries, growth.ToEdge().Root(hasher)).Text).ToString());
        manifest = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(manifest).Replace("CHECKPOINT", Convert.ToHexStringLower(SHA256.HashData(checkpoint)), StringComparison.Ordinal));
        Keep(Pack.Checkpoint, checkpoint);
        Keep(Pack.Manifest, manifest);
        Keep(Pack.Signature, Encoding.UTF8.GetBytes(Sign(Pack.SignatureText(key.Name, SHA256.HashData(manifest))).ToString()));
    }

    // Of a cell lot that is in all of them: every entry of each pump, and the fittings that brought the cell into it.
    private static async Task PackOf(Ground ground, long units)
    {
        await QuestionsBench.Fill(ground, 2 * Pumps, (2 * Pumps) + units, 1);
        using var client = new HttpClient { BaseAddress = ground.Server, Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ground.QualityKey);
        var file = Path.Combine(Path.GetTempPath(), "clew-bench-pack-" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + ".zip");
        async Task Take(string what)
        {
            await using var to = File.Create(file);
            await using var pack = await client.GetStreamAsync("/evidence/pack?item=" + Uri.EscapeDataString(what));
            await pack.CopyToAsync(to);
        }

        try
        {
            // One pump first, so that what the server holds anyhow is not counted.
            await Take(Company.Pump(2 * Pumps));
            var before = ground.Peak();
            var clock = Stopwatch.StartNew();
            await Take(Company.Cells("BIG"));
            var (took, after) = (clock.Elapsed, ground.Peak());
            var key = NoteKey.Read((await client.GetFromJsonAsync<JsonElement>("/proof/keys")).GetProperty("key").GetString()!).Value;
            clock.Restart();
            using var source = Source.At(file);
            using var check = new PackCheck(source, [key], []);
            var report = check.Run();
            if (report.Verdict != Verdict.Intact || report.Entries < units)
            {
                throw new InvalidOperationException(report.ToText(isChinese: false));
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
                | pack of a lot in {units:#,0} units: {report.Entries:#,0} entries, {new FileInfo(file).Length >> 20:#,0} MB, taken in s | {took.TotalSeconds:0.0} |
                | memory of the server at most before and after, MB | {before:#,0}, {after:#,0} |
                | clew-verify says intact, in s | {clock.Elapsed.TotalSeconds:0.0} |
                """));
        }
        finally
        {
            File.Delete(file);
        }
    }

    // Entries that nobody told: only their number matters here.
    private static async Task Inclusion(Ground ground, long to)
    {
        await using var database = Clew.Server.Storage.Database.Source(ground.Database, Clew.Server.Storage.Database.SearchPath);
        var size = await new LedgerQueries(database).Size(CancellationToken.None);
        await using (var connection = await database.OpenConnectionAsync())
        {
            await using var fill = new NpgsqlCommand($"""
                insert into entry select p, now(), 0, sha256('\x00'::bytea || b), b from (select p, convert_to(rpad('p' || p, {EntryLength}, 'x'), 'UTF8') as b from generate_series($1::bigint, $2::bigint - 1) p) e;
                """, connection) { CommandTimeout = 0, Parameters = { new() { Value = size }, new() { Value = to } } };
            await fill.ExecuteNonQueryAsync();
            await using var head = new NpgsqlCommand("update head set size = $1 where ledger = 1", connection) { Parameters = { new() { Value = to } } };
            await head.ExecuteNonQueryAsync();
            await using var analyze = new NpgsqlCommand("analyze entry", connection) { CommandTimeout = 0 };
            await analyze.ExecuteNonQueryAsync();
        }

        await Rebuild.Tree(database, CancellationToken.None);
        var tree = new TreeQueries(database);
        using var hasher = new TreeHasher();
        var root = await tree.Root(to, CancellationToken.None);
        var took = new List<double>();
        for (var i = 0; i < Proofs; i++)
        {
            var at = RandomNumberGenerator.GetInt32((int)Math.Min(to, int.MaxValue));
            var clock = Stopwatch.StartNew();
            var path = await tree.Hashes(Subtree.Inclusion(at, to), to, CancellationToken.None);
            took.Add(clock.Elapsed.TotalMilliseconds);
            await using var ask = database.CreateCommand("select body from entry where position = $1");
            ask.Parameters.Add(new() { Value = (long)at });
            if (!Paths.Includes(hasher.Leaf((byte[])(await ask.ExecuteScalarAsync())!), at, to, root, path, hasher))
            {
                throw new InvalidOperationException($"The proof for {at} does not hold.");
            }
        }

        took.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| inclusion proof at {to:#,0} entries, ms: median, 99th of a hundred | {took[took.Count / 2]:0.0}, {took[took.Count * 99 / 100]:0.0} |"));
    }
}
