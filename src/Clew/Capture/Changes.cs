using Clew.Facts;
using Clew.Genealogy;
using Clew.Ledger;
using Clew.Lifecycle;
using Clew.MasterData;

namespace Clew.Capture;

/// <summary>What a batch told, as rows to be written. Rows are only added and ended, never edited.</summary>
public sealed class Changes
{
    /// <summary>Items met for the first time.</summary>
    public List<Item> Items { get; } = [];

    /// <summary>Steps told, and the position from which they no longer hold (when a later entry of the same batch told otherwise).</summary>
    public List<(Item Item, Step Step)> Steps { get; } = [];

    /// <summary>Steps that no longer hold from a position on.</summary>
    public List<(Item Item, Step Step, long Unlearned)> StepsEnded { get; } = [];

    /// <summary>Stays told.</summary>
    public List<Link> Links { get; } = [];

    /// <summary>Stays that no longer hold.</summary>
    public List<(long Link, long Unlearned)> LinksEnded { get; } = [];

    /// <summary>Which units a lot reaches by way of others.</summary>
    public List<Reach> Reaches { get; } = [];

    /// <summary>Reaches by way of this link, into these units, no longer hold.</summary>
    public List<(long Link, long[] Units, long Unlearned)> ReachesEnded { get; } = [];

    /// <summary>Quantities of lots, by place.</summary>
    public List<(Item Lot, Place? Place, decimal Delta, Happening What)> Quantities { get; } = [];

    /// <summary>Who supplied a lot.</summary>
    public List<(Item Lot, Party Supplier, long Position)> Supplies { get; } = [];

    /// <summary>Certificates bound.</summary>
    public List<(Item Item, Certificate Certificate, long Position)> Certificates { get; } = [];

    /// <summary>What the rows quantities, supplies and certificates of these items took from this entry no longer holds.</summary>
    public List<(Item Item, Sequence At, long Position, long Unlearned)> Voided { get; } = [];

    /// <summary>Parts that must be there and were never reported.</summary>
    public List<(Item Item, int Product, long Learned)> Gaps { get; } = [];

    /// <summary>Gaps that were filled.</summary>
    public List<(Item Item, int Product, long Unlearned)> GapsEnded { get; } = [];

    /// <summary>Holds and locks placed.</summary>
    public List<HoldOrder> Orders { get; } = [];

    /// <summary>Descriptions of products, parties and places; with the number 0 rules of evidence, which describe none.</summary>
    public List<(int Number, Sequence At, long Position)> Descriptions { get; } = [];

    /// <summary>Corrections: the key of the fact that no longer stands, and the entry that says so.</summary>
    public List<(EntryKey Target, Sequence At, long Position)> Corrections { get; } = [];

    /// <summary>Recall facts, for the recall's own view.</summary>
    public List<(long Position, Fact Fact)> Cases { get; } = [];

    /// <summary>Signatures under entries.</summary>
    public List<(long Position, Fact Fact)> Signed { get; } = [];

    /// <summary>Whether there is nothing to write.</summary>
    public bool IsEmpty =>
        Items.Count + Steps.Count + StepsEnded.Count + Links.Count + LinksEnded.Count + Reaches.Count + ReachesEnded.Count + Quantities.Count
        + Supplies.Count + Certificates.Count + Voided.Count + Gaps.Count + GapsEnded.Count + Orders.Count + Descriptions.Count + Corrections.Count + Cases.Count + Signed.Count == 0;

    /// <summary>Forgets what was written.</summary>
    public void Clear()
    {
        Items.Clear();
        Steps.Clear();
        StepsEnded.Clear();
        Links.Clear();
        LinksEnded.Clear();
        Reaches.Clear();
        ReachesEnded.Clear();
        Quantities.Clear();
        Supplies.Clear();
        Certificates.Clear();
        Voided.Clear();
        Gaps.Clear();
        GapsEnded.Clear();
        Orders.Clear();
        Descriptions.Clear();
        Corrections.Clear();
        Cases.Clear();
        Signed.Clear();
    }
}
