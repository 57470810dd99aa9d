using System.Globalization;
using Clew.Identification;
using Clew.Identification.Gs1;
using Clew.Lifecycle;
using Clew.MasterData;
using Clew.Server.Access;
using Clew.Server.Lifecycle;
using Clew.Server.MasterData;
using Clew.Server.Web;

namespace Clew.Server.Identification;

/// <summary>What a code says, and what we know of the thing that it names.</summary>
/// <param name="Named">The product, lot, unit, case, place or party that it names; nothing where it names none.</param>
/// <param name="Product">As our master data has it; nothing for one that nobody described or reported.</param>
/// <param name="Item">The unit, lot or case, if anybody reported it and the reader may see it.</param>
/// <param name="Verdict">Whether the item may be worked with, and why not.</param>
/// <param name="Epc">The code as an EPC URN, where master data tells how long the company prefix is.</param>
/// <param name="Regulators">What regulators' databases say of the product.</param>
public sealed record Known(UdiReading Reading, Identity? Named, Product? Product, ItemStanding? Item, ScanVerdict? Verdict, string? Epc, IReadOnlyList<RegulatorEntry> Regulators)
{
    /// <summary>What the regulators' records say against this code.</summary>
    public IEnumerable<Finding> Remarks => Regulators.SelectMany(r => r.Record.Remarks(Reading)).DistinctBy(f => (f.Code, string.Concat(f.Arguments)));

    /// <summary>The regulators' records in one sentence.</summary>
    public string OfRegulator => Regulators.Count == 0 ? Words.NoRegulatorsRecord : string.Join(' ', Regulators.Select(Sentence));

    private static string Sentence(RegulatorEntry entry)
    {
        var fields = entry.Record.Fields;
        var said = new[] { "name", "brand", "model", "manufacturer", "registration" }.Select(fields.GetValueOrDefault).OfType<string>().Distinct(StringComparer.Ordinal);
        return $"{Name(entry.Record.Regulator)}: {string.Join(" · ", said)} ({Words.Of(entry.Role)}).";
    }

    /// <summary>A regulator's database in the reader's language.</summary>
    public static string Name(Regulator regulator) => Word.IsChinese ? regulator.Zh : regulator.En;
}

/// <summary>Answers "what is this?": reads codes, and asks once for all that they name.</summary>
public sealed class Acquaintance(LifeQueries lives, Names names, Regulators regulators, TimeProvider clock)
{
    /// <summary>Today decides centuries and what is expired.</summary>
    public DateOnly Today => DateOnly.FromDateTime(clock.GetLocalNow().DateTime);

    /// <summary>What is known of each, in the order asked.</summary>
    /// <param name="caller">An outsider is told only of what its own party holds or held.</param>
    public async Task<IReadOnlyList<Known>> Of(IReadOnlyList<UdiReading> readings, Caller caller, CancellationToken ct)
    {
        var named = readings.Select(Canonical.Identity).ToList();
        var register = await names.Current(ct);
        var items = (await lives.Find([.. named.OfType<Identity>().Distinct()], ct)).ToDictionary(i => i.Identity);
        var said = await regulators.Find([.. named.OfType<Identity>().Select(i => i.Product).Distinct(StringComparer.Ordinal)], ct);
        var seen = caller.IsOutside ? await lives.HeldBy(caller.Party, [.. items.Values.Select(i => i.Id)], ct) : null;
        return [.. readings.Zip(named, (reading, name) =>
        {
            var item = name is { } n && items.TryGetValue(n, out var found) && seen?.Contains(found.Id) != false ? found : null;
            return new Known(
                reading, name, name is { } p ? register.FindProduct(p.Product) : null, item, item is null ? null : ScanVerdict.Of(item, null, [], Today),
                reading.Agency == Agency.Gs1 && reading.IsUsable ? EpcUri.Write([.. reading.Elements], register.PrefixLength) : null,
                name is { } d ? [.. said[d.Product]] : []);
        })];
    }
}
