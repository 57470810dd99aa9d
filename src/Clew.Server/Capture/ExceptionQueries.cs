using System.Globalization;
using System.Text.Json;
using Clew.Capture;
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

/// <summary>A point in a list of steps.</summary>
public readonly record struct StepCursor(long Position, long Item)
{
    /// <summary>As in an address.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Position}.{Item}");

    /// <summary>Reads it back.</summary>
    public static StepCursor? Read(string? text) =>
        text?.Split('.') is [var p, var i] && long.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out var position) && long.TryParse(i, NumberStyles.None, CultureInfo.InvariantCulture, out var item)
            ? new StepCursor(position, item)
            : null;
}

/// <summary>Reads what a person has to look at: documents refused, and steps that do not fit.</summary>
public sealed class ExceptionQueries(NpgsqlDataSource database, LedgerQueries ledger, LifeQueries lives)
{
    private const string Columns = """
        d.id, d.received_at, d.sender, d.media_type, d.sha256, d.facts, d.admitted, d.refused, d.findings, d.mends,
        (select min(m.id) from document m where m.mends = d.id and m.refused = 0 and m.facts > 0)
        """;

    // A document whose corrected form went in whole needs nobody any more. One that is on its way has no facts yet.
    private const string IsMended = "exists (select 1 from document m where m.mends = d.id and m.refused = 0 and m.facts > 0)";

    /// <summary>Documents of which something was refused, the newest first.</summary>
    /// <param name="onlyOpen">Without those whose corrected form went in.</param>
    public async Task<(IReadOnlyList<RefusedDocument> Documents, long? Next)> Refused(bool onlyOpen, long? before, int max, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"""
            select {Columns} from document d
            where d.refused > 0 and d.id < $1 and (not $2 or not {IsMended})
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
        await using var command = database.CreateCommand($"select count(*) from document d where d.refused > 0 and not {IsMended}");
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>One document.</summary>
    public async Task<RefusedDocument?> Find(long id, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"select {Columns} from document d where d.id = $1");
        command.Parameters.Add(new() { Value = id });
        var found = await Read(command, ct);
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>Who sent a document of which something was refused; nothing when there is none of that number.</summary>
    public async Task<string?> SenderOf(long id, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select sender from document where id = $1 and refused > 0");
        command.Parameters.Add(new() { Value = id });
        return await command.ExecuteScalarAsync(ct) as string;
    }

    /// <summary>Which of these are in the ledger as they stand, by their keys.</summary>
    public async Task<HashSet<Guid>> InLedger(IReadOnlyCollection<Draft> drafts, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select k.key from known k join unnest($1, $2) d (key, content) on k.key = d.key and k.content = d.content");
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. drafts.Select(d => d.Key.ToGuid())] });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. drafts.Select(Page.ContentOf)] });
        HashSet<Guid> found = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            found.Add(row.GetGuid(0));
        }

        return found;
    }

    /// <summary>A document's bytes as they arrived, piece by piece; none when there is no such document.</summary>
    public async IAsyncEnumerable<byte[]> Bytes(long id, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = database.CreateCommand(PiecesSql);
        command.Parameters.Add(new() { Value = id });
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            yield return row.GetFieldValue<byte[]>(0);
        }
    }

    /// <summary>Steps that do not fit, the newest entry first.</summary>
    public async Task<(IReadOnlyList<IrregularStep> Steps, StepCursor? Next)> Irregular(StepCursor? before, int max, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            select position, item, irregular from step
            where irregular <> 0 and unlearned is null and position <= $1 and (position < $1 or item > $2)
            order by position desc, item limit $3
            """);
        command.Parameters.Add(new() { Value = before?.Position ?? long.MaxValue });
        command.Parameters.Add(new() { Value = before?.Item ?? long.MaxValue });
        command.Parameters.Add(new() { Value = max + 1 });
        var rows = new List<(long Position, long Item, Irregularity Irregular)>();
        await using (var row = await command.ExecuteReaderAsync(ct))
        {
            while (await row.ReadAsync(ct))
            {
                rows.Add((row.GetInt64(0), row.GetInt64(1), (Irregularity)row.GetInt32(2)));
            }
        }

        StepCursor? next = null;
        if (rows.Count > max)
        {
            rows.RemoveAt(max);
            next = new StepCursor(rows[^1].Position, rows[^1].Item);
        }

        var items = (await lives.Standing([.. rows.Select(r => r.Item).Distinct()], AsOf.Now, ct)).ToDictionary(i => i.Id);
        var entries = (await ledger.Entries([.. rows.Select(r => r.Position).Distinct()], ct)).ToDictionary(e => e.Position);
        return ([.. rows.Select(r => new IrregularStep(items[r.Item], entries[r.Position], r.Irregular))], next);
    }

    private const string PiecesSql = """
        select bytes from (select bytes, -1 as number from document where id = $1 and parts = 0 union all select bytes, number from part where document = $1) b order by number
        """;

    /// <summary>A document's bytes in one stretch, as its reader needs them: held once, however long it is.</summary>
    internal static async Task<byte[]> Bytes(NpgsqlDataSource database, long id, CancellationToken ct)
    {
        await using var measure = database.CreateCommand("select coalesce(sum(length(bytes)), 0)::int from (select bytes from document where id = $1 and parts = 0 union all select bytes from part where document = $1) b");
        measure.Parameters.Add(new() { Value = id });
        var whole = new byte[(int)(await measure.ExecuteScalarAsync(ct))!];
        await using var command = database.CreateCommand(PiecesSql);
        command.Parameters.Add(new() { Value = id });
        await using var row = await command.ExecuteReaderAsync(System.Data.CommandBehavior.SequentialAccess, ct);
        for (var at = 0; await row.ReadAsync(ct);)
        {
            at += (int)row.GetBytes(0, 0, whole, at, whole.Length - at);
        }

        return whole;
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
