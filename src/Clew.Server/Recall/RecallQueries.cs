using Clew.Facts;
using Clew.Ledger;
using Clew.Server.Ledger;
using Npgsql;

namespace Clew.Server.Recall;

/// <summary>A recall or hold case as its facts tell it.</summary>
/// <param name="Number">As people write it.</param>
/// <param name="Criterion">What it is about: of the latest fact that says so.</param>
/// <param name="Reason">Why it was opened.</param>
/// <param name="Frozen">The latest frozen scope.</param>
/// <param name="Locked">When its recall lock was placed.</param>
/// <param name="Facts">All of its facts, in the order of recording.</param>
public sealed record RecallCase(
    string Number, Criterion? Criterion, string? Reason, EventTime Opened, string OpenedBy, FrozenScope? Frozen, EventTime? Locked, IReadOnlyList<Entry> Facts);

/// <summary>A scope as it was frozen: the list stands as a file of evidence, by its hash.</summary>
/// <param name="Known">The last position that it counts: the same question as of then gives the same list.</param>
/// <param name="Parts">Loose parts, in no device, of all sets; the other counts are of devices, and all four sum to the rows of the list.</param>
public sealed record FrozenScope(long Position, EventTime Happened, string By, long Known, long Now, long Before, long Unclear, long Parts, string Sha256);

/// <summary>Reads recall cases.</summary>
public sealed class RecallQueries(NpgsqlDataSource database, LedgerQueries ledger)
{
    /// <summary>Facts of one case that are folded: notices of a large recall are many, and are read by the page that lists them.</summary>
    private const int FactsMax = 5_000;

    // A case is opened once, locked once, and frozen a few times.
    private const int DecidingMax = 20;

    private static readonly short[] Deciding = [Vocabulary.RecallOpened.Number, Vocabulary.RecallScopeFrozen.Number, Vocabulary.RecallLockPlaced.Number, Vocabulary.ContainmentHoldPlaced.Number];

    /// <summary>Whether a fact of this kind decides how the recall stands, rather than telling of one notice or unit.</summary>
    public static bool IsDeciding(Kind kind) => Deciding.Contains(kind.Number);

    /// <summary>Cases, the newest first.</summary>
    /// <param name="before">The position before which to go on; nothing at the beginning.</param>
    public async Task<(IReadOnlyList<RecallCase> Cases, long? Next)> List(AsOf asOf, long? before, int max, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            select case_number, min(position) from case_fact group by case_number having min(position) < $1 order by 2 desc limit $2
            """);
        command.Parameters.Add(new() { Value = Math.Min(before ?? long.MaxValue, asOf.Known + 1 ?? long.MaxValue) });
        command.Parameters.Add(new() { Value = max + 1 });
        var found = new List<(string Number, long Position)>();
        await using (var row = await command.ExecuteReaderAsync(ct))
        {
            while (await row.ReadAsync(ct))
            {
                found.Add((row.GetString(0), row.GetInt64(1)));
            }
        }

        var page = found.Take(max).ToList();
        var facts = await Facts([.. page.Select(p => p.Number)], asOf, ct);
        return ([.. page.Where(p => facts[p.Number].Any()).Select(p => Fold(p.Number, [.. facts[p.Number]]))], found.Count > max ? page[^1].Position : null);
    }

    /// <summary>The case of that number, or nothing.</summary>
    public Task<RecallCase?> Find(string number, CancellationToken ct) => Find(number, AsOf.Now, ct);

    /// <summary>The case of that number as we knew it then, or nothing.</summary>
    public async Task<RecallCase?> Find(string number, AsOf asOf, CancellationToken ct)
    {
        var facts = (await Facts([number], asOf, ct))[number].ToList();
        return facts.Count == 0 ? null : Fold(number, facts);
    }

    private async Task<ILookup<string, Entry>> Facts(string[] numbers, AsOf asOf, CancellationToken ct)
    {
        // What decides how a case stands comes first, so that a thousand releases never crowd it out.
        await using var command = database.CreateCommand("""
            select f.position
            from unnest($1) n (case_number)
            cross join lateral (select position from case_fact f where f.case_number = n.case_number and f.position <= $4 order by kind = any($2) desc, position limit $3) f
            """);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = numbers });
        command.Parameters.Add(new NpgsqlParameter<short[]> { TypedValue = Deciding });
        command.Parameters.Add(new() { Value = Math.Max(FactsMax / Math.Max(numbers.Length, 1), DecidingMax) });
        command.Parameters.Add(new() { Value = asOf.Known ?? long.MaxValue });
        var positions = new List<long>();
        await using (var row = await command.ExecuteReaderAsync(ct))
        {
            while (await row.ReadAsync(ct))
            {
                positions.Add(row.GetInt64(0));
            }
        }

        return (await ledger.Entries(positions, ct)).Where(asOf.Counts).OrderBy(e => e.Position).ToLookup(e => e.Fact.Case!, StringComparer.Ordinal);
    }

    private static RecallCase Fold(string number, List<Entry> facts)
    {
        var first = facts[0];
        var told = new RecallCase(number, null, null, first.Fact.Happened, first.By, null, null, facts);
        foreach (var entry in facts)
        {
            told = told with { Criterion = entry.Fact.Criterion ?? told.Criterion, Reason = told.Reason ?? entry.Fact.Reason };
            if (entry.Fact.Kind == Vocabulary.RecallScopeFrozen)
            {
                told = told with { Frozen = RecallDesk.ReadFrozen(entry) ?? told.Frozen };
            }
            else if (entry.Fact.Kind == Vocabulary.RecallLockPlaced)
            {
                told = told with { Locked = told.Locked ?? entry.Fact.Happened };
            }
        }

        return told;
    }
}
