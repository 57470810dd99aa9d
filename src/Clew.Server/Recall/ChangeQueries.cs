using Clew.Facts;
using Clew.Ledger;
using Clew.Lifecycle;
using Clew.MasterData;
using Clew.Server.Genealogy;
using Clew.Server.Ledger;
using Clew.Server.Lifecycle;
using Clew.Server.MasterData;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Server.Recall;

/// <summary>In which way something is otherwise than we believed.</summary>
public enum Change
{
    /// <summary>It is there now and was not then.</summary>
    Came,

    /// <summary>It was there then and is not now.</summary>
    Went,

    /// <summary>It is there still, and told otherwise.</summary>
    Differs,
}

/// <summary>A step of a life that is told otherwise than it was.</summary>
/// <param name="Entry">What was said.</param>
/// <param name="Then">How things stood behind it, as we believed then; nothing when we did not know of it.</param>
/// <param name="Now">The same as we believe now; nothing when it does not stand any more.</param>
public sealed record StepChange(Change Change, Entry Entry, Role Role, StepState? Then, StepState? Now);

/// <summary>How things stood behind a step.</summary>
public sealed record StepState(Stage Stage, Hold Hold, Place? Place, Party? Holder, Irregularity Irregular);

/// <summary>A part, content, whole or container of which we believe otherwise.</summary>
/// <param name="Then">As we believed then; nothing when we did not know of it.</param>
/// <param name="Now">As we believe now; nothing when it does not stand any more.</param>
public sealed record BranchChange(Change Change, bool IsBelow, Branch? Then, Branch? Now)
{
    /// <summary>Either of the two.</summary>
    public Branch Branch => Now ?? Then!;
}

/// <summary>What changed in what we believe of an item.</summary>
/// <param name="IsCut">There is more than is listed.</param>
public sealed record ItemChanges(ItemStanding Then, ItemStanding Now, IReadOnlyList<StepChange> Steps, IReadOnlyList<BranchChange> Branches, bool IsCut)
{
    /// <summary>Nothing changed.</summary>
    public bool IsNone => Steps.Count == 0 && Branches.Count == 0 && ChangeQueries.IsSame(Then, Now);
}

/// <summary>A unit of a scope of which we believe otherwise.</summary>
/// <param name="Then">As we believed then; nothing when it was not in the scope.</param>
/// <param name="Now">As we believe now; nothing when it is not in it any more.</param>
public sealed record UnitChange(Change Change, ScopeUnit? Then, ScopeUnit? Now)
{
    /// <summary>Either of the two.</summary>
    public ScopeUnit Unit => Now ?? Then!;
}

/// <summary>
/// What has changed between two cuts of the ledger in the answer to one question: what we knew then against what we know now. The second
/// axis, what had happened in the world by some moment, is the same for both.
/// </summary>
public sealed class ChangeQueries(NpgsqlDataSource database, Names names, LedgerQueries ledger, LifeQueries lives, TraceQueries traces, ScopeQueries scopes)
{
    /// <summary>Steps and branches of one item that are listed.</summary>
    public const int ListMax = 500;

    /// <summary>Of an item.</summary>
    /// <param name="then">The last position that counted then.</param>
    /// <param name="now">The last position that counts now.</param>
    public async Task<ItemChanges?> OfItem(Clew.Identification.Identity identity, long then, long now, EventTime? happened, CancellationToken ct)
    {
        var (was, isNow) = (new AsOf(then, happened), new AsOf(now, happened));
        if (await lives.Find(identity, isNow, ct) is not { } item || await lives.Find(identity, was, ct) is not { } before)
        {
            return null;
        }

        var steps = await Steps(item.Id, then, now, happened, ct);
        var branches = new List<BranchChange>();
        var isCut = steps.Count > ListMax;
        foreach (var isBelow in new[] { true, false })
        {
            var (one, other) = isBelow
                ? (await traces.Below(item.Id, was, ListMax, ct), await traces.Below(item.Id, isNow, ListMax, ct))
                : (await traces.Above(item.Id, was, ListMax, ct), await traces.Above(item.Id, isNow, ListMax, ct));
            branches.AddRange(Compare(one, other, isBelow));
            isCut |= one.IsCut || other.IsCut || branches.Count > ListMax;
        }

        return new ItemChanges(before, item, [.. steps.Take(ListMax)], [.. branches.Take(ListMax)], isCut);
    }

    /// <summary>Of a scope: units that came into it, went out of it, or stand otherwise, in the order of our ids.</summary>
    /// <remarks>Both lists come in the same order and are walked side by side: a hundred thousand units are never held.</remarks>
    /// <param name="after">The id after which to go on; 0 at the beginning.</param>
    public async Task<(IReadOnlyList<UnitChange> Changes, long? Next)> OfScope(Criterion criterion, long then, long now, EventTime? happened, long after, int max, CancellationToken ct)
    {
        var changes = new List<UnitChange>();
        await using var one = scopes.List(criterion, new AsOf(then, happened), null, after, int.MaxValue, ct).GetAsyncEnumerator(ct);
        await using var other = scopes.List(criterion, new AsOf(now, happened), null, after, int.MaxValue, ct).GetAsyncEnumerator(ct);
        var (hasOne, hasOther) = (await one.MoveNextAsync(), await other.MoveNextAsync());
        while (hasOne || hasOther)
        {
            var order = !hasOne ? 1 : !hasOther ? -1 : one.Current.Id.CompareTo(other.Current.Id);
            var change = order < 0 ? new UnitChange(Change.Went, one.Current, null)
                : order > 0 ? new UnitChange(Change.Came, null, other.Current)
                : IsSame(one.Current, other.Current) ? null : new UnitChange(Change.Differs, one.Current, other.Current);
            if (change is not null)
            {
                if (changes.Count == max)
                {
                    return (changes, changes[^1].Unit.Id);
                }

                changes.Add(change);
            }

            hasOne = order <= 0 ? await one.MoveNextAsync() : hasOne;
            hasOther = order >= 0 ? await other.MoveNextAsync() : hasOther;
        }

        return (changes, null);
    }

    internal static bool IsSame(ItemStanding one, ItemStanding other) =>
        (one.Stage, one.Hold, one.Place?.Number, one.Holder?.Number, one.Expires, one.Marks, one.Since, one.Irregular) == (other.Stage, other.Hold, other.Place?.Number, other.Holder?.Number, other.Expires, other.Marks, other.Since, other.Irregular)
        && one.Holds.Select(h => h.Position).SequenceEqual(other.Holds.Select(h => h.Position));

    private static bool IsSame(ScopeUnit one, ScopeUnit other) =>
        (one.Set, one.Stage, one.Hold, one.Place?.Number, one.Holder?.Number, one.Source, one.From, one.To) == (other.Set, other.Stage, other.Hold, other.Place?.Number, other.Holder?.Number, other.Source, other.From, other.To);

    // A stay is the same stay as long as it began in the same way; that it ended, or began at another time, is a change of it.
    private static IEnumerable<BranchChange> Compare(Tree then, Tree now, bool isBelow)
    {
        static (long, int, int, long?, long?) Key(Branch b) => (b.Item.Id, (int)b.Nature, b.Depth, b.Fitted, b.Fitted is null ? b.Removed : null);
        var (was, isNow) = (then.Branches.ToLookup(Key), now.Branches.ToLookup(Key));
        foreach (var key in was.Select(g => g.Key).Union(isNow.Select(g => g.Key)))
        {
            var (one, other) = (was[key].ToList(), isNow[key].ToList());
            for (var i = 0; i < Math.Max(one.Count, other.Count); i++)
            {
                var (before, after) = (i < one.Count ? one[i] : null, i < other.Count ? other[i] : null);
                if (before is null || after is null)
                {
                    yield return new BranchChange(before is null ? Change.Came : Change.Went, isBelow, before, after);
                }
                else if ((before.From, before.To, before.Quantity, before.Irregular) != (after.From, after.To, after.Quantity, after.Irregular))
                {
                    yield return new BranchChange(Change.Differs, isBelow, before, after);
                }
            }
        }
    }

    private async Task<List<StepChange>> Steps(long item, long then, long now, EventTime? happened, CancellationToken ct)
    {
        var register = await names.Current(ct);
        static string At(string known) => $"""
            select position, role, stage, hold, place, holder, irregular, happened, tie from step
            where item = @item and coalesce(learned, position) <= {known} and (unlearned is null or unlearned > {known}) and (@happened::timestamptz is null or happened <= @happened)
            """;
        await using var ask = database.CreateCommand($"""
            select coalesce(b.position, a.position), coalesce(b.role, a.role), a.stage, a.hold, a.place, a.holder, a.irregular, b.stage, b.hold, b.place, b.holder, b.irregular
            from ({At("@then")}) a full join ({At("@now")}) b on a.position = b.position and a.role = b.role
            where (a.stage, a.hold, a.place, a.holder, a.irregular) is distinct from (b.stage, b.hold, b.place, b.holder, b.irregular)
            order by coalesce(b.happened, a.happened) desc, coalesce(b.tie, a.tie) desc, 1 desc, 2
            limit @max
            """);
        ask.Parameters.AddWithValue("item", item);
        ask.Parameters.AddWithValue("then", then);
        ask.Parameters.AddWithValue("now", now);
        ask.Parameters.AddWithValue("max", ListMax + 1);
        ask.Parameters.AddWithValue("happened", NpgsqlDbType.TimestampTz, happened is { } until ? Rows.Timestamp(until.Microseconds) : DBNull.Value);
        var rows = new List<(long Position, Role Role, StepState? Then, StepState? Now)>();
        await using (var row = await ask.ExecuteReaderAsync(ct))
        {
            while (await row.ReadAsync(ct))
            {
                rows.Add((row.GetInt64(0), (Role)row.GetInt16(1), State(row, 2, register), State(row, 7, register)));
            }
        }

        var entries = (await ledger.Entries([.. rows.Select(r => r.Position).Distinct()], ct)).ToDictionary(e => e.Position);
        return rows.ConvertAll(r => new StepChange(r.Then is null ? Change.Came : r.Now is null ? Change.Went : Change.Differs, entries[r.Position], r.Role, r.Then, r.Now));
    }

    private static StepState? State(NpgsqlDataReader row, int first, Register register) => row.IsDBNull(first) ? null
        : new StepState(
            (Stage)row.GetInt16(first), (Hold)row.GetInt16(first + 1), row.IntOrNull(first + 2) is { } place ? register.PlaceOf(place) : null, row.IntOrNull(first + 3) is { } holder ? register.PartyOf(holder) : null,
            (Irregularity)row.GetInt32(first + 4));
}
