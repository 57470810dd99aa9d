using Clew.Genealogy;
using Clew.Identification;
using Clew.Ledger;
using Clew.Lifecycle;
using Clew.MasterData;

namespace Clew.Capture;

/// <summary>
/// One traced thing on the table: a unit, a lot or a logistic unit, with as much of its story as was fetched.
/// A list that is null was not fetched; an item that nobody ever met has empty ones.
/// </summary>
public sealed class Item
{
    internal Item(long id, Identity identity, Product? product)
    {
        Id = id;
        Identity = identity;
        Product = product;
        if (id == 0)
        {
            Parts = [];
            Wholes = [];
            Contents = [];
            Containers = [];
            Gaps = [];
            Life = [];
        }
    }

    /// <summary>In our tables; 0 until the first fact about it is told.</summary>
    public long Id { get; internal set; }

    /// <summary>What it is called.</summary>
    public Identity Identity { get; }

    /// <summary>Its product; nothing for a pallet.</summary>
    public Product? Product { get; internal set; }

    /// <summary>How things stand after all that we have heard.</summary>
    public Standing Now { get; internal set; }

    /// <summary>Its last step in the order of the world.</summary>
    public Sequence Last { get; internal set; } = Sequence.Beginning;

    /// <summary>Stays of parts, lots and inputs in it, past ones too.</summary>
    public List<Link>? Parts { get; internal set; }

    /// <summary>Its stays in wholes. Never fetched for a lot, which may be in a hundred thousand.</summary>
    public List<Link>? Wholes { get; internal set; }

    /// <summary>Stays of contents in it, past ones too.</summary>
    public List<Link>? Contents { get; internal set; }

    /// <summary>Its stays in containers.</summary>
    public List<Link>? Containers { get; internal set; }

    /// <summary>Numbers of the products that it must contain and of which no part was ever reported. Fetched with <see cref="Parts"/>.</summary>
    public List<int>? Gaps { get; internal set; }

    /// <summary>Its whole life, in the order of the world.</summary>
    public List<Step>? Life { get; internal set; }

    /// <summary>A lot spreads over many wholes and places; a unit is in one.</summary>
    public bool IsLot => Identity.Granularity == Granularity.Lot;

    /// <inheritdoc/>
    public override string ToString() => Identity.Text;
}

/// <summary>One step of an item's life as told.</summary>
/// <param name="At">Where it stands in the order of the world. For a hold that caught later than it was placed, when it caught.</param>
/// <param name="Position">The entry that it comes from.</param>
/// <param name="Learned">The position from which it was told like this.</param>
public sealed record Step(Sequence At, long Position, Role Role, Happening What, Standing After, Irregularity Irregular, long Learned)
{
    /// <summary>Whether the fact itself names the item; otherwise the step follows from where the item was.</summary>
    public bool IsDirect => Role is not (Role.Inside or Role.Above or Role.Caught);
}
