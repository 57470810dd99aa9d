using System.Collections.Frozen;

namespace Clew.Server.Integration.Epcis;

/// <summary>
/// A list of words of the Core Business Vocabulary 2.0 and the three ways to write one: the bare word, a URN, a web address.
/// We keep the bare word. What is in no list must be a URI of the sender's own, and stays as it was written.
/// </summary>
internal sealed class Cbv
{
    private const string Web = "ref.gs1.org/cbv/";
    private const string Curie = "cbv:";

    private readonly string urn;
    private readonly string local;
    private readonly FrozenSet<string> words;

    private Cbv(string name, string urn, string local, params IReadOnlyList<string> words)
    {
        Name = name;
        this.urn = $"urn:epcglobal:cbv:{urn}:";
        this.local = local;
        Words = words;
        this.words = words.ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>Business steps.</summary>
    public static Cbv BizStep { get; } = new("bizStep", "bizstep", "BizStep-",
        "accepting", "arriving", "assembling", "collecting", "commissioning", "consigning", "creating_class_instance", "cycle_counting", "decommissioning", "departing",
        "destroying", "disassembling", "dispensing", "encoding", "entering_exiting", "holding", "inspecting", "installing", "killing", "loading", "other", "packing", "picking",
        "receiving", "removing", "repackaging", "repairing", "replacing", "reserving", "retail_selling", "sampling", "sensor_reporting", "shipping", "staging_outbound",
        "stock_taking", "stocking", "storing", "transporting", "unloading", "unpacking", "void_shipping");

    /// <summary>Dispositions.</summary>
    public static Cbv Disposition { get; } = new("disposition", "disp", "Disp-",
        "active", "available", "completeness_inferred", "completeness_verified", "conformant", "container_closed", "container_open", "damaged", "destroyed", "dispensed",
        "disposed", "encoded", "expired", "in_progress", "in_transit", "inactive", "mismatch_class", "mismatch_instance", "mismatch_quantity", "needs_replacement",
        "no_pedigree_match", "non_conformant", "non_sellable_other", "partially_dispensed", "recalled", "reserved", "retail_sold", "returned", "sellable_accessible",
        "sellable_not_accessible", "stolen", "unavailable", "unknown");

    /// <summary>Types of business transactions.</summary>
    public static Cbv BizTransaction { get; } = new("bizTransaction type", "btt", "BTT-",
        "bol", "cert", "desadv", "inv", "pedigree", "po", "poc", "prodorder", "recadv", "rma", "testprd", "testres", "upevt");

    /// <summary>Types of sources and destinations.</summary>
    public static Cbv SourceDestination { get; } = new("source or destination type", "sdt", "SDT-", "location", "owning_party", "possessing_party");

    /// <summary>Reasons of an error declaration.</summary>
    public static Cbv ErrorReason { get; } = new("error reason", "er", "ER-", "did_not_occur", "incorrect_data");

    /// <summary>What the list is of.</summary>
    public string Name { get; }

    /// <summary>The bare words.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>The bare word of any form, or the sender's own URI as it is; nothing for a word that is in no list.</summary>
    public string? Read(string text)
    {
        if (words.Contains(text))
        {
            return text;
        }

        if (!text.Contains(':', StringComparison.Ordinal))
        {
            return null;
        }

        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        var rest = scheme > 0 && text.AsSpan(scheme + 3).StartsWith(Web, StringComparison.Ordinal) ? text[(scheme + 3 + Web.Length)..]
            : text.StartsWith(Curie, StringComparison.Ordinal) ? text[Curie.Length..]
            : null;
        if (rest is not null)
        {
            return rest.StartsWith(local, StringComparison.Ordinal) && words.Contains(rest[local.Length..]) ? rest[local.Length..] : null;
        }

        return !text.StartsWith("urn:epcglobal:cbv:", StringComparison.Ordinal) ? text
            : text.StartsWith(urn, StringComparison.Ordinal) && words.Contains(text[urn.Length..]) ? text[urn.Length..]
            : null;
    }
}
