using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Clew.Facts;
using Clew.Genealogy;
using Clew.Identification;
using Clew.Ledger;
using Clew.Proof;
using Clew.Server.Ledger;
using Clew.Server.Lifecycle;
using Clew.Server.Proof;
using Clew.Server.Recall;
using Clew.Server.Web;
using Npgsql;

namespace Clew.Server.Evidence;

/// <summary>What a pack is about.</summary>
/// <param name="Text">In words that the checker repeats: <c>device gs1:01/…/21/…</c>.</param>
/// <param name="Items">Our ids of the items whose lives are in it, as they come; those of a large recall are never held whole.</param>
/// <param name="Positions">Entries besides those of the items' lives.</param>
/// <param name="From">All entries from this position on, for a period.</param>
/// <param name="Until">The position behind the last of the period.</param>
public sealed record PackSubject(string Text, IAsyncEnumerable<long>? Items, IReadOnlyList<long> Positions, long From = 0, long Until = 0);

/// <summary>
/// Writes evidence packs: every entry about something, byte for byte, with the files that it names, the tiles that put it into the
/// tree, the signed checkpoint, a manifest and a summary for people. The layout is <see cref="Pack"/>.
/// </summary>
/// <remarks>
/// It streams from the database into the answer: a recall of a hundred thousand units takes no more memory than one of ten, but for
/// the numbers of its tiles and the hashes of its files.
/// </remarks>
public sealed class EvidencePack(NpgsqlDataSource database, TreeQueries tree, Checkpoints checkpoints, Files files, TimeProvider clock)
{
    /// <summary>Rows of the summary: as many as people read. The rest is in the entries.</summary>
    public const int SummaryMax = 2_000;

    /// <summary>Files in one pack, 32 bytes each in our memory meanwhile.</summary>
    public const int FilesMax = 500_000;

    // Items whose lives are looked up in one round trip.
    private const int ItemsAtOnce = 10_000;

    // Tiles that are read in one round trip: half a megabyte.
    private const int TilesAtOnce = 64;

    /// <summary>Writes the pack.</summary>
    /// <param name="by">Who takes it.</param>
    public async Task Write(Stream to, PackSubject subject, KeptCheckpoint checkpoint, string by, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Gather(connection, subject, checkpoint.Size, ct);
        await using var archive = await ZipArchive.CreateAsync(to, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, ct);
        var writing = new Writing(archive, ct);
        var (summary, named, beside) = (new Summary(), new HashSet<Digest>(), new HashSet<Digest>());
        var touched = new HashSet<Tile>();
        var count = 0L;
        await writing.File(Pack.Entries, CompressionLevel.Fastest, async put =>
        {
            await using var ask = new NpgsqlCommand("select e.position, e.body from pack_position p join entry e on e.position = p.position order by p.position", connection) { CommandTimeout = 0 };
            await using var row = await ask.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct))
            {
                var (position, body) = (row.GetInt64(0), row.GetFieldValue<byte[]>(1));
                await put(Pack.Head(position));
                await put(body);
                await put("}\n"u8.ToArray());
                touched.Add(new Tile(0, position / Tile.Width));
                count++;
                Look(EntryBytes.Read(position, body), summary, named, beside);
            }
        });

        await writing.Tiles(Above(touched, checkpoint.Size), checkpoint.Size, tree);
        await writing.Text(Pack.Checkpoint, checkpoint.Note.ToString());
        if (checkpoint.Timestamp is { } token)
        {
            await writing.File(Pack.Timestamp, CompressionLevel.Fastest, put => put(token));
        }

        foreach (var (declaration, i) in (await checkpoints.Declarations(ct)).Select((d, i) => (d, i)))
        {
            await writing.Text(string.Create(CultureInfo.InvariantCulture, $"{Pack.Keys}{i:D4}.note"), declaration.ToString());
        }

        foreach (var hash in named)
        {
            if (await files.Find(hash.ToString(), ct) is { } file)
            {
                await writing.File(Pack.Files + hash, CompressionLevel.NoCompression, put => put(file.Bytes));
            }
        }

        foreach (var hash in beside)
        {
            await using var ask = new NpgsqlCommand("select body from attachment where sha256 = $1", connection) { Parameters = { Rows.Of(hash.ToBytes()) } };
            if (await ask.ExecuteScalarAsync(ct) is byte[] list)
            {
                await writing.File(Pack.Lists + hash, CompressionLevel.Fastest, put => put(list));
            }
        }

        await writing.Text(Pack.Summary, summary.ToHtml(subject.Text, checkpoint, count, clock.GetUtcNow()));
        if (Paper.IsPossible)
        {
            var paper = summary.ToPdf(subject.Text, checkpoint, count, clock.GetUtcNow());
            await writing.File(Pack.Paper, CompressionLevel.NoCompression, put => put(paper));
        }

        var manifest = Manifest(subject, checkpoint, by, count, writing.Done);
        await writing.File(Pack.Manifest, CompressionLevel.Fastest, put => put(manifest));
        await writing.Text(Pack.Signature, checkpoints.SignManifest(SHA256.HashData(manifest))!.ToString());
    }

    // The positions, sorted and each once, in a table that goes away with the transaction.
    private static async Task Gather(NpgsqlConnection connection, PackSubject subject, long size, CancellationToken ct)
    {
        async Task Do(string sql, params NpgsqlParameter[] parameters)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            command.Parameters.AddRange(parameters);
            await command.ExecuteNonQueryAsync(ct);
        }

        await Do("create temp table pack_position (position bigint primary key) on commit drop");
        if (subject.Until > subject.From)
        {
            await Do("insert into pack_position select position from entry where position >= $1 and position < $2", Rows.Of(subject.From), Rows.Of(Math.Min(subject.Until, size)));
        }

        await Do("insert into pack_position select distinct p from unnest($1) p where p < $2 on conflict do nothing", Rows.Of(subject.Positions.ToArray()), Rows.Of(size));
        if (subject.Items is { } items)
        {
            await Do("create temp table pack_item (id bigint) on commit drop");
            await foreach (var some in items.Chunk(ItemsAtOnce).WithCancellation(ct))
            {
                await Do("insert into pack_item select unnest($1)", Rows.Of(some));
                await Do("insert into pack_position select distinct position from step where item = any($1) and position < $2 on conflict do nothing", Rows.Of(some), Rows.Of(size));
            }
        }

        if (subject.Items is not null)
        {
            // A cell that was fitted into a part before the part came into the device is in none of the device's own steps, and yet is
            // why the device is meant: what went into each, and out of it, through any depth.
            await Do("analyze pack_item");
            await Do("""
                with recursive inside (item) as (
                    select id from pack_item
                    union
                    select l.child from inside i join link l on l.parent = i.item where l.nature <> $2 and l.child_granularity = $3
                )
                insert into pack_position
                select distinct v.position from inside i join link l on l.parent = i.item and l.nature <> $2 cross join lateral (values (l.fitted), (l.removed)) v (position)
                where v.position < $1
                on conflict do nothing
                """, Rows.Of(size), Rows.Of((short)Nature.Packed), Rows.Of((short)Granularity.Unit));
        }

        await Do("analyze pack_position");
    }

    private static void Look(Entry entry, Summary summary, HashSet<Digest> named, HashSet<Digest> beside)
    {
        summary.Add(entry);
        foreach (var sha256 in entry.Fact.Evidence.Select(e => e.Sha256).Append(entry.Fact.Certificate?.Sha256))
        {
            if (sha256 is { Length: 64 } && named.Count < FilesMax)
            {
                named.Add(new Digest(Convert.FromHexString(sha256)));
            }
        }

        beside.UnionWith(entry.Fact.Beside.Select(sha256 => new Digest(Convert.FromHexString(sha256))));
    }

    // From each tile of leaves up to the top, and along the edge: what shows that the leaves are under the signed root.
    private static List<Tile> Above(HashSet<Tile> touched, long size)
    {
        var all = Tiles.NeededFor(new Subtree(0, size));
        foreach (var leaf in touched)
        {
            for (var tile = leaf; tile.WidthIn(size) > 0 && all.Add(tile);)
            {
                tile = new Tile(tile.Level + 1, tile.Number / Tile.Width);
            }
        }

        // A tile at the edge may have been there before its neighbours below came up to it.
        foreach (var tile in all.ToList())
        {
            for (var above = new Tile(tile.Level + 1, tile.Number / Tile.Width); above.WidthIn(size) > 0 && all.Add(above);)
            {
                above = new Tile(above.Level + 1, above.Number / Tile.Width);
            }
        }

        return [.. all.OrderBy(t => t.Level).ThenBy(t => t.Number)];
    }

    private byte[] Manifest(PackSubject subject, KeptCheckpoint checkpoint, string by, long count, IReadOnlyList<(string Name, long Length, Digest Sha256)> done)
    {
        using var to = new MemoryStream();
        using (var json = new Utf8JsonWriter(to, Answers.Plain with { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("format", Pack.Format);
            json.WriteString("subject", subject.Text);
            json.WriteString("origin", Checkpoint.Read(checkpoint.Note.Text).Value.Origin);
            json.WriteNumber("size", checkpoint.Size);
            json.WriteNumber("entries", count);
            json.WriteString("madeAt", clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
            json.WriteString("by", by);
            json.WriteStartArray("files");
            foreach (var (name, length, sha256) in done)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteNumber("length", length);
                json.WriteString("sha256", sha256.ToString());
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return to.ToArray();
    }

    /// <summary>The archive as it grows, and the hash of each file in it.</summary>
    private sealed class Writing(ZipArchive archive, CancellationToken ct)
    {
        private readonly List<(string Name, long Length, Digest Sha256)> done = [];

        /// <summary>What the manifest lists: all but the tiles, which the tree covers.</summary>
        public IReadOnlyList<(string Name, long Length, Digest Sha256)> Done => done;

        public async Task File(string name, CompressionLevel level, Func<Func<byte[], Task>, Task> body)
        {
            var length = 0L;
            using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using (var stream = await archive.CreateEntry(name, level).OpenAsync(ct))
            {
                await body(async bytes =>
                {
                    sha256.AppendData(bytes);
                    length += bytes.Length;
                    await stream.WriteAsync(bytes, ct);
                });
            }

            done.Add((name, length, new Digest(sha256.GetHashAndReset())));
        }

        public Task Text(string name, string text) => File(name, CompressionLevel.Fastest, put => put(Encoding.UTF8.GetBytes(text)));

        public async Task Tiles(List<Tile> wanted, long size, TreeQueries tree)
        {
            foreach (var some in wanted.Chunk(TilesAtOnce))
            {
                var read = await tree.Read(some, size, ct);
                foreach (var tile in some)
                {
                    // Hashes do not grow shorter.
                    await using var stream = await archive.CreateEntry(Pack.Tiles + tile.Path(tile.WidthIn(size)), CompressionLevel.NoCompression).OpenAsync(ct);
                    await stream.WriteAsync(read.Bytes(tile), ct);
                }
            }
        }
    }

    /// <summary>The same for people, in both languages at once: an auditor and a notified body seldom read the same.</summary>
    private sealed class Summary
    {
        private static readonly string Rest = string.Create(CultureInfo.InvariantCulture, $"The first {SummaryMax} entries are shown; all are in entries.jsonl. 仅显示前 {SummaryMax} 条，全部记录见 entries.jsonl。");

        private readonly List<string[]> rows = [];
        private long count;

        public void Add(Entry entry)
        {
            if (count++ >= SummaryMax)
            {
                return;
            }

            var fact = entry.Fact;
            var items = string.Join(", ", fact.Items.Take(5).Select(i => i.Item.Text)) + (fact.Items.Count > 5 ? string.Create(CultureInfo.InvariantCulture, $" … ({fact.Items.Count})") : "");
            rows.Add([entry.Position.ToString(CultureInfo.InvariantCulture), fact.Happened.ToString(), fact.Kind.En + "\n" + fact.Kind.Zh, items, fact.Place?.Text ?? "", entry.By, entry.RecordedAt.ToString()]);
        }

        private static readonly string[] Head = ["#", "Happened 发生", "What 事项", "Items 对象", "Place 地点", "By 报告方", "Recorded 记录"];

        public byte[] ToPdf(string subject, KeptCheckpoint checkpoint, long entries, DateTimeOffset now)
        {
            using var to = new MemoryStream();
            using (var paper = new Paper(to, "Clew · " + subject, "Clew 溯线 · " + subject))
            {
                paper.Text("Evidence pack 证据包", 18);
                paper.Text(subject, 12, below: 8);
                paper.Text(string.Create(CultureInfo.InvariantCulture, $"{entries} entries · {now.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC. What these pages say is said exactly in entries.jsonl; check it with clew-verify and the key that you were given."), 9);
                paper.Text(string.Create(CultureInfo.InvariantCulture, $"共 {entries} 条记录。以下内容以 entries.jsonl 为准；请使用 clew-verify 及您获得的公钥进行核验。"), 9, below: 8);
                paper.Text(checkpoint.Note.ToString(), 7.5f, below: 8);
                paper.Table(Head, [4, 11, 11, 22, 12, 12, 13], rows);
                if (count > SummaryMax)
                {
                    paper.Text(Rest, 9);
                }
            }

            return to.ToArray();
        }

        public string ToHtml(string subject, KeptCheckpoint checkpoint, long entries, DateTimeOffset now) => $$"""
            <!DOCTYPE html>
            <html lang="en"><meta charset="utf-8"><title>Clew · {{Html(subject)}}</title>
            <style>body{font:14px/1.45 system-ui,"Noto Sans CJK SC",sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#16202a}table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #d5dce3;padding:.3rem .5rem;text-align:left;vertical-align:top}pre{background:#f3f6f8;padding:.6rem;overflow:auto}td:nth-child(1){text-align:right}</style>
            <h1>Evidence pack 证据包</h1>
            <p><b>{{Html(subject)}}</b></p>
            <p>{{entries}} entries · {{now.UtcDateTime:yyyy-MM-dd HH:mm:ss}} UTC. What this page says is said exactly in <code>entries.jsonl</code>; check it with <code>clew-verify</code> and the key that you were given.</p>
            <p>共 {{entries}} 条记录。本页内容以 <code>entries.jsonl</code> 为准;请使用 <code>clew-verify</code> 及您获得的公钥进行核验。</p>
            <pre>{{Html(checkpoint.Note.ToString())}}</pre>
            <table><tr>{{string.Concat(Head.Select(h => "<th>" + h))}}
            {{string.Concat(rows.Select(r => "<tr>" + string.Concat(r.Select(c => "<td>" + Html(c).Replace("\n", "<br>", StringComparison.Ordinal))) + "\n"))}}</table>
            {{(count > SummaryMax ? "<p>" + Rest + "</p>" : "")}}
            </html>
            """;

        private static string Html(string text) => System.Net.WebUtility.HtmlEncode(text);
    }
}

/// <summary>Finds what packs are about.</summary>
public sealed class PackSubjects(LifeQueries lives, ScopeQueries scopes, RecallQueries recalls, LedgerQueries ledger)
{
    /// <summary>A unit, a case or a lot; for a lot also every unit that is or was of it, or contains it.</summary>
    public async Task<PackSubject?> Of(Identity identity, CancellationToken ct)
    {
        if (await lives.Find(identity, AsOf.Now, ct) is not { } item)
        {
            return null;
        }

        var word = identity.Granularity switch { Granularity.Lot => "lot", Granularity.Unit => "device", _ => "item" };
        var within = identity.Granularity == Granularity.Lot ? Scope(new Criterion([identity], [], [], null, null, []), ct) : AsyncEnumerable.Empty<long>();
        return new PackSubject($"{word} {identity.Text}", within.Prepend(item.Id), []);
    }

    /// <summary>A recall: its own facts, and the life of every unit in its scope.</summary>
    public async Task<PackSubject?> OfRecall(string number, CancellationToken ct) =>
        await recalls.Find(number, ct) is not { } recall ? null
        : new PackSubject("recall " + number, recall.Criterion is { } criterion ? Sought(criterion, ct) : null, [.. recall.Facts.Select(f => f.Position)]);

    /// <summary>Everything that was recorded in a period.</summary>
    public async Task<PackSubject> Of(EventTime from, EventTime? until, CancellationToken ct) =>
        new($"recorded {from} – {until}", null, [], await ledger.KnownAt(from, ct) + 1, until is { } end ? await ledger.KnownAt(end, ct) + 1 : long.MaxValue);

    // The lots and units that are named themselves, and then all that contains them.
    private async IAsyncEnumerable<long> Sought(Criterion criterion, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var item in await lives.Find([.. criterion.Lots, .. criterion.Serials], ct))
        {
            yield return item.Id;
        }

        await foreach (var unit in Scope(criterion, ct))
        {
            yield return unit;
        }
    }

    private async IAsyncEnumerable<long> Scope(Criterion criterion, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var unit in scopes.List(criterion, AsOf.Now, null, 0, int.MaxValue, ct))
        {
            yield return unit.Id;
        }
    }
}
