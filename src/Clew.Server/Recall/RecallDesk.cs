using System.Globalization;
using System.Text.Json;
using Clew.Facts;
using Clew.Identification;
using Clew.Ledger;
using Clew.Lifecycle;
using Clew.Server.Access;
using Clew.Server.Capture;
using Clew.Server.Evidence;
using Clew.Server.Ledger;
using Npgsql;

namespace Clew.Server.Recall;

/// <summary>What the recall desk can find.</summary>
public static class RecallFindings
{
    /// <summary>The number is in use.</summary>
    public static readonly FindingKind NumberTaken = new("recall.numberTaken", Severity.Error,
        "The case '{0}' exists already.", "Choose another number, or work on the existing case.",
        "案件“{0}”已存在。", "请使用其他编号，或在已有案件中操作。");

    /// <summary>No such case.</summary>
    public static readonly FindingKind Unknown = new("recall.unknown", Severity.Error,
        "There is no case '{0}'.", "Check the number; open the case first.",
        "没有案件“{0}”。", "请核对编号，或先启动案件。");

    /// <summary>A case that says nothing of what it is about.</summary>
    public static readonly FindingKind NoCriterion = new("recall.noCriterion", Severity.Error,
        "The case '{0}' does not say which lots, serials, products or suppliers it is about.", "Give at least one of them.",
        "案件“{0}”未说明涉及哪些批次、序列号、产品或供应商。", "请至少给出其中一项。");

    /// <summary>Locking what nobody has looked at.</summary>
    public static readonly FindingKind NotFrozen = new("recall.notFrozen", Severity.Error,
        "The scope of '{0}' is not frozen yet.", "Freeze the scope first: the lock is placed on a list that can be shown later.",
        "案件“{0}”的范围尚未冻结存档。", "请先冻结范围：锁定须依据日后可出示的清单。");

    /// <summary>A release of nothing.</summary>
    public static readonly FindingKind NothingChosen = new("recall.nothingChosen", Severity.Error,
        "No unit is chosen.", "Choose the units in the list, then release them.",
        "未选择任何单件。", "请先在清单中选择单件，再解除。");

    /// <summary>Locked before.</summary>
    public static readonly FindingKind LockedAlready = new("recall.locked", Severity.Error,
        "The case '{0}' is locked already, and nothing came into doubt since.", "What turns up later with a sought part in it is caught by the lock without doing anything.",
        "案件“{0}”已锁定，此后也没有新的不能排除的单件。", "之后出现的含有该部件的单件会自动被锁定，无需再次操作。");
}

/// <summary>What the recall desk answers: what was said, or why nothing was.</summary>
public sealed record RecallOutcome(IReadOnlyList<FactOutcome> Facts, IReadOnlyList<Finding> Findings)
{
    /// <summary>Whether it is done.</summary>
    public bool IsDone => Findings.Count == 0 && Facts.All(f => f.Status is FactStatus.Admitted or FactStatus.Known);
}

/// <summary>What a quality manager does in a recall: open it, freeze its scope, lock it, let go of units.</summary>
public sealed class RecallDesk(Desk desk, RecallQueries recalls, ScopeQueries scopes, LedgerQueries ledger, Files files, TimeProvider clock)
{
    /// <summary>Opens a case.</summary>
    public async Task<RecallOutcome> Open(Caller caller, string number, Criterion criterion, string? reason, CancellationToken ct)
    {
        if (await recalls.Find(number, ct) is not null)
        {
            return No(RecallFindings.NumberTaken, "/case", number);
        }

        return IsEmpty(criterion)
            ? No(RecallFindings.NoCriterion, "/criterion", number)
            : await Say(caller, [Fact(Vocabulary.RecallOpened, number, "opened") with { Criterion = criterion, Reason = reason }], ct);
    }

    /// <summary>
    /// Freezes the scope as it is known now: the whole list becomes a file of evidence, and its hash, the counts and the position
    /// that it counts up to become a fact. Whoever asks the same question as of that position gets the same list.
    /// </summary>
    public async Task<RecallOutcome> Freeze(Caller caller, string number, CancellationToken ct)
    {
        if (await recalls.Find(number, ct) is not { } recall)
        {
            return No(RecallFindings.Unknown, "/case", number);
        }

        if (recall.Criterion is not { } criterion || IsEmpty(criterion))
        {
            return No(RecallFindings.NoCriterion, "/criterion", number);
        }

        var known = await ledger.Size(ct) - 1;
        var asOf = new AsOf(known, null);
        var items = new List<Quantified>();
        using var list = new MemoryStream();
        var (now, before, unclear, parts) = await RecallList.WriteCsv(list, Meant(scopes.List(criterion, asOf, null, 0, int.MaxValue, ct), items, ct), ct);
        var name = string.Create(CultureInfo.InvariantCulture, $"{number}-{known}.csv");
        var sha256 = await files.Keep(name, "text/csv", list.ToArray(), ct);
        var fact = Fact(Vocabulary.RecallScopeFrozen, number, "frozen-" + known.ToString(CultureInfo.InvariantCulture)) with
        {
            Criterion = criterion,
            Items = items,
            Evidence = [new Clew.Facts.Evidence("recallScope", name, sha256, "text/csv")],
            Details = JsonSerializer.SerializeToUtf8Bytes(new SortedDictionary<string, long>(StringComparer.Ordinal) { ["containedBefore"] = before, ["containsNow"] = now, ["cannotExclude"] = unclear, ["knownPosition"] = known, ["parts"] = parts }),
        };
        return await Say(caller, [fact], ct);
    }

    /// <summary>
    /// Locks everything that contains what is sought, now or whenever it turns up, and contains what cannot be excluded. One
    /// transaction: all of it is stopped, or nothing. Once it is locked, the same puts under a hold what came into doubt since.
    /// </summary>
    public async Task<RecallOutcome> Lock(Caller caller, string number, CancellationToken ct)
    {
        if (await recalls.Find(number, ct) is not { } recall)
        {
            return No(RecallFindings.Unknown, "/case", number);
        }

        if (recall.Frozen is null)
        {
            return No(RecallFindings.NotFrozen, "/case", number);
        }

        var facts = new List<Fact>();
        if (recall.Locked is null)
        {
            facts.Add(Fact(Vocabulary.RecallLockPlaced, number, "lock") with { Criterion = recall.Criterion });
        }

        var unclear = new List<Quantified>();
        await foreach (var unit in scopes.List(recall.Criterion!, AsOf.Now, ScopeSet.Unclear, 0, int.MaxValue, ct))
        {
            // Who is under any hold is stopped, and whoever was cleared was looked at.
            if (recall.Locked is null || unit.Hold == Hold.None)
            {
                unclear.Add(new Quantified(unit.Identity));
            }
        }

        if (unclear.Count > 0)
        {
            var size = await ledger.Size(ct);
            var id = recall.Locked is null ? "containment" : string.Create(CultureInfo.InvariantCulture, $"containment-{size}");
            facts.Add(Fact(Vocabulary.ContainmentHoldPlaced, number, id) with { Items = unclear });
        }

        return facts.Count == 0 ? No(RecallFindings.LockedAlready, "/case", number) : await Say(caller, facts, ct);
    }

    /// <summary>Lets go of units: corrected, or found not to be affected.</summary>
    /// <param name="id">Makes a second click the same fact.</param>
    public async Task<RecallOutcome> Release(Caller caller, string number, IReadOnlyList<Identity> units, bool isLock, string reason, string id, CancellationToken ct)
    {
        if (await recalls.Find(number, ct) is null)
        {
            return No(RecallFindings.Unknown, "/case", number);
        }

        var kind = isLock ? Vocabulary.RecallLockReleased : Vocabulary.HoldReleased;
        return await Say(caller, [Fact(kind, number, "released-" + id) with { Items = [.. units.Select(u => new Quantified(u))], Reason = reason }], ct);
    }

    /// <summary>Reads back what <see cref="Freeze"/> said; nothing for a scope that somebody else froze in another form.</summary>
    internal static FrozenScope? ReadFrozen(Entry entry)
    {
        if (entry.Fact.Details.IsEmpty || entry.Fact.Evidence.FirstOrDefault(e => e.Kind == "recallScope") is not { } list)
        {
            return null;
        }

        using var details = JsonDocument.Parse(entry.Fact.Details);
        long Count(string name) => details.RootElement.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : 0;
        return new FrozenScope(entry.Position, entry.Fact.Happened, entry.By, Count("knownPosition"), Count("containsNow"), Count("containedBefore"), Count("cannotExclude"), Count("parts"), list.Sha256);
    }

    private async Task<RecallOutcome> Say(Caller caller, IReadOnlyList<Fact> facts, CancellationToken ct)
    {
        var outcomes = await desk.Say(caller, facts, ct);
        return new RecallOutcome(outcomes, [.. outcomes.Where(o => o.Status is FactStatus.Refused or FactStatus.Conflict).SelectMany(o => o.Findings)]);
    }

    // Everything in the list, and on the way the units that something has to be done with.
    private static async IAsyncEnumerable<ScopeUnit> Meant(IAsyncEnumerable<ScopeUnit> units, List<Quantified> items, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var unit in units.WithCancellation(ct))
        {
            if (unit.Set != ScopeSet.Before)
            {
                items.Add(new Quantified(unit.Identity));
            }

            yield return unit;
        }
    }

    // The id holds for everybody: two people who press Lock at once place one lock.
    private Fact Fact(Kind kind, string number, string id) =>
        new() { Kind = kind, Id = $"clew:recall/{number}/{id}", Happened = EventTime.Of(clock.GetLocalNow()), Case = number };

    private static bool IsEmpty(Criterion criterion) =>
        criterion.Lots.Count + criterion.Serials.Count + criterion.Products.Count + criterion.Suppliers.Count == 0;

    private static RecallOutcome No(FindingKind kind, string path, string number) => new([], [new Finding(kind, path, number)]);
}
