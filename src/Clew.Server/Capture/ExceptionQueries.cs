using System.Text.Json;
using Clew.Identification;
using Clew.Ledger;
using Clew.Lifecycle;
using Clew.Server.Ledger;
using Clew.Server.Lifecycle;
using Clew.Server.Web;
using Npgsql;

namespace Clew.Server.Capture;

/// <summary>A document of which something was refused.</summary>
/// <param name="MendedBy">The corrected form that went in whole; nothing while it is open.</param>
public sealed record RefusedDocument(
    long Id, DateTimeOffset Received, string Sender, string MediaType, string Sha256, int Facts, int Admitted, int Refused, IReadOnlyList<KeptFinding> Findings, long? Mends, long? MendedBy);

/// <summary>A step that the rules did not expect, as it is believed now.</summary>
public sealed record IrregularStep(ItemStanding Item, Entry Entry, Irregularity Irregular);

/// <summary>Reads what a person has to look at: documents refused, and steps that do not fit.</summary>
public sealed class ExceptionQueries(NpgsqlDataSource database, LedgerQueries ledger, LifeQueries lives)
{
    private const string Columns = """
        d.id, d.received_at, d.sender, d.media_type, d.sha256, d.facts, d.admitted, d.refused, d.findings, d.mends,
        (select min(m.id) from document m where m.mends = d.id and m.refused = 0)
        """;

    /// <summary>Documents of which something was refused, the newest first.</summary>
    /// <param name="onlyOpen">Without those whose corrected form went in.</param>
    public async Task<(IReadOnlyList<RefusedDocument> Documents, long? Next)> Refused(bool onlyOpen, long? before, int max, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"""
            select {Columns} from document d
            where d.refused > 0 and d.id < $1 and (not $2 or not exists (select 1 from document m where m.mends = d.id and m.refused = 0))
            order by d.id desc limit $3
            """);
        command.Parameters.Add(new() { Value = before ?? long.MaxValue });
        command.Parameters.Add(new() { Value = onlyOpen });
        command.Parameters.Add(new() { Value = max + 1 });
        var documents = await Read(command, ct);
        return (documents.Count > max ? documents[..max] : documents, documents.Count > max ? documents[max - 1].Id : null);
    }

    /// <summary>How many documents are open.</summary>
    public async Task<long> OpenCount(CancellationToken ct)
    {
        await using var command = database.CreateCommand("select count(*) from document d where d.refused > 0 and not exists (select 1 from document m where m.mends = d.id and m.refused = 0)");
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>One document with the bytes as they arrived.</summary>
    public async Task<(RefusedDocument Document, byte[] Bytes)?> Find(long id, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"select {Columns} from document d where d.id = $1");
        command.Parameters.Add(new() { Value = id });
        var found = await Read(command, ct);
        return found.Count == 0 ? null : (found[0], await Bytes(database, id, ct));
    }

    /// <summary>Steps that do not fit, the newest entry first.</summary>
    public async Task<(IReadOnlyList<IrregularStep> Steps, long? Next)> Irregular(long? before, int max, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            select position, item, irregular from step
            where irregular <> 0 and unlearned is null and position < $1
            order by position desc, item limit $2
            """);
        command.Parameters.Add(new() { Value = before ?? long.MaxValue });
        command.Parameters.Add(new() { Value = max });
        var rows = new List<(long Position, long Item, Irregularity Irregular)>();
        await using (var row = await command.ExecuteReaderAsync(ct))
        {
            while (await row.ReadAsync(ct))
            {
                rows.Add((row.GetInt64(0), row.GetInt64(1), (Irregularity)row.GetInt32(2)));
            }
        }

        // An entry whose items do not all fit on the page goes to the next, unless it fills the page alone.
        long? next = null;
        if (rows.Count == max)
        {
            var last = rows[^1].Position;
            var whole = rows.FindIndex(r => r.Position == last);
            if (whole > 0)
            {
                rows.RemoveRange(whole, rows.Count - whole);
            }

            next = rows[^1].Position;
        }

        var items = (await lives.Standing([.. rows.Select(r => r.Item).Distinct()], AsOf.Now, ct)).ToDictionary(i => i.Id);
        var entries = (await ledger.Entries([.. rows.Select(r => r.Position).Distinct()], ct)).ToDictionary(e => e.Position);
        return ([.. rows.Select(r => new IrregularStep(items[r.Item], entries[r.Position], r.Irregular))], next);
    }

    /// <summary>A document's bytes as they arrived.</summary>
    internal static async Task<byte[]> Bytes(NpgsqlDataSource database, long id, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            select bytes from (select bytes, -1 as number from document where id = $1 and parts = 0 union all select bytes, number from part where document = $1) b order by number
            """);
        command.Parameters.Add(new() { Value = id });
        using var whole = new MemoryStream();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            await whole.WriteAsync(row.GetFieldValue<byte[]>(0), ct);
        }

        return whole.ToArray();
    }

    private static async Task<List<RefusedDocument>> Read(NpgsqlCommand command, CancellationToken ct)
    {
        await using var row = await command.ExecuteReaderAsync(ct);
        var documents = new List<RefusedDocument>();
        while (await row.ReadAsync(ct))
        {
            documents.Add(new RefusedDocument(
                row.GetInt64(0), row.Moment(1), row.GetString(2), row.GetString(3), Convert.ToHexStringLower(row.GetFieldValue<byte[]>(4)), row.GetInt32(5), row.GetInt32(6), row.GetInt32(7),
                row.IsDBNull(8) ? [] : JsonSerializer.Deserialize<List<KeptFinding>>(row.GetString(8), Answers.Json)!, row.LongOrNull(9), row.LongOrNull(10)));
        }

        return documents;
    }
}
