using System.Diagnostics.CodeAnalysis;
using Clew.Facts;
using Clew.Genealogy;
using Clew.Identification;
using Clew.Ledger;
using Clew.Lifecycle;
using Clew.MasterData;

namespace Clew.Capture;

/// <summary>
/// The part of the world that lies on the table while facts are told. The shell puts in what <see cref="Needs"/> asks for and
/// writes down <see cref="Changes"/>; the kernel tells. It stays on the table between batches, so that a device just made need
/// not be fetched again to be packed.
/// </summary>
public sealed class Book(Register register)
{
    private readonly Dictionary<string, Item> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<long, Item> byId = [];
    private readonly Dictionary<int, HoldOrder> orders = [];
    private readonly Dictionary<int, Happening> placings = [];
    private readonly Dictionary<EntryKey, Happening> dangling = [];

    /// <summary>Products, parties and places.</summary>
    public Register Register { get; } = register;

    /// <summary>What was told and is not written yet.</summary>
    public Changes Changes { get; } = new();

    /// <summary>The id of the next new item.</summary>
    public long NextItem { get; set; } = 1;

    /// <summary>The id of the next new link.</summary>
    public long NextLink { get; set; } = 1;

    /// <summary>The number of the next hold order.</summary>
    public int NextOrder { get; set; } = 1;

    /// <summary>How many items lie on the table.</summary>
    public int Count => byName.Count;

    /// <summary>Every hold that was ever placed, released or not: what turns up late is measured against all.</summary>
    public IReadOnlyCollection<HoldOrder> Orders => orders.Values;

    /// <summary>Orders that catch by product or supplier, which no link would tell of.</summary>
    internal IReadOnlyList<HoldOrder> Predicates { get; private set; } = [];

    // What was fetched for one draft, by the draft's key.
    internal Dictionary<EntryKey, IReadOnlyList<long>> Scopes { get; } = [];

    internal Dictionary<EntryKey, Entry?> Targets { get; } = [];

    internal Dictionary<string, IReadOnlyList<long>> Unknowns { get; } = new(StringComparer.Ordinal);

    /// <summary>Takes everything off the table: another server wrote, or a batch failed.</summary>
    public void Clear()
    {
        byName.Clear();
        byId.Clear();
        Changes.Clear();
        ForgetDrafts();
    }

    /// <summary>Forgets what was fetched for single drafts; it holds only for the moment of telling.</summary>
    public void ForgetDrafts()
    {
        Scopes.Clear();
        Targets.Clear();
        Unknowns.Clear();
    }

    /// <summary>The item of that name, if it lies on the table.</summary>
    public bool TryFind(string name, [MaybeNullWhen(false)] out Item item) => byName.TryGetValue(name, out item);

    /// <summary>Whether the item with this id lies on the table.</summary>
    public bool Has(long id) => byId.ContainsKey(id);

    /// <summary>The item with this id, which must lie on the table.</summary>
    public Item Of(long id) => byId[id];

    /// <summary>Puts an item that was met before on the table, unless it lies there already.</summary>
    public void PutItem(long id, Identity identity, Product? product, in Standing now, Sequence last)
    {
        if (!byId.ContainsKey(id))
        {
            var item = new Item(id, identity, product) { Now = now, Last = last };
            byName[identity.Text] = item;
            byId[id] = item;
        }
    }

    /// <summary>Puts a name on the table that nobody ever met.</summary>
    public void PutNew(Identity identity)
    {
        if (!byName.ContainsKey(identity.Text))
        {
            byName[identity.Text] = new Item(0, identity, null);
        }
    }

    /// <summary>Puts the stays in an item, and what it lacks.</summary>
    public void PutParts(long id, List<Link> parts, List<int> gaps) => (Of(id).Parts, Of(id).Gaps) = (parts, gaps);

    /// <summary>Puts an item's stays in wholes.</summary>
    public void PutWholes(long id, List<Link> wholes) => Of(id).Wholes = wholes;

    /// <summary>Puts the stays in a container.</summary>
    public void PutContents(long id, List<Link> contents) => Of(id).Contents = contents;

    /// <summary>Puts an item's stays in containers.</summary>
    public void PutContainers(long id, List<Link> containers) => Of(id).Containers = containers;

    /// <summary>Puts an item's life, in the order of the world.</summary>
    public void PutLife(long id, List<Step> life) => Of(id).Life = life;

    /// <summary>Puts the items that a hold's predicate catches at the moment of telling.</summary>
    public void PutScope(EntryKey draft, IReadOnlyList<long> items) => Scopes[draft] = items;

    /// <summary>Puts the entry that a correction names; nothing when no such fact was told yet.</summary>
    public void PutTarget(EntryKey target, Entry? entry) => Targets[target] = entry;

    /// <summary>Puts the items whose steps are marked because this product, party or place was unknown.</summary>
    public void PutUnknowns(string subject, IReadOnlyList<long> items) => Unknowns[subject] = items;

    /// <summary>Puts back a hold that was placed before.</summary>
    public void PutOrder(HoldOrder order, Happening placing)
    {
        orders[order.Number] = order;
        placings[order.Number] = placing;
        NextOrder = Math.Max(NextOrder, order.Number + 1);
        Predicates = [.. orders.Values.Where(o => o.Criterion is { } c && c.Products.Count + c.Suppliers.Count > 0)];
    }

    /// <summary>The order with this number.</summary>
    public HoldOrder Order(int number) => orders[number];

    /// <summary>Puts back a correction whose target has not come yet.</summary>
    public void PutDangling(EntryKey target, Happening correction) => dangling[target] = correction;

    /// <summary>A stored entry with the names in it looked up, as lives are told from.</summary>
    public Happening Recollect(Entry entry)
    {
        HoldOrder? order = null;
        foreach (var placed in orders.Values)
        {
            order = placed.Position == entry.Position ? placed : order;
        }

        return Look(entry.Fact, entry.Sequence, entry.Position, order, isTold: true);
    }

    internal Happening Placing(HoldOrder order) => placings[order.Number];

    /// <summary>How many corrections wait for their targets.</summary>
    public int Dangling => dangling.Count;

    internal bool IsDangling(EntryKey key) => dangling.ContainsKey(key);

    internal bool TryTakeDangling(EntryKey key, [MaybeNullWhen(false)] out Happening correction) => dangling.Remove(key, out correction);

    /// <summary>Gives an item its id, when the first fact about it is told.</summary>
    internal void Enrol(Item item)
    {
        if (item.Id != 0)
        {
            return;
        }

        item.Id = NextItem++;
        if (item.Identity.Granularity is Granularity.Unit or Granularity.Lot && item.Identity.Product != item.Identity.Text)
        {
            var product = Identity.Read(item.Identity.Product);
            item.Product = product.IsRead ? Register.Product(product.Value) : null;
        }

        byId[item.Id] = item;
        Changes.Items.Add(item);
    }

    /// <summary>Looks up the names in a fact. Unknown places and parties are taken down only when the fact is told.</summary>
    internal Happening Look(Fact fact, Sequence at, long position, HoldOrder? order, bool isTold)
    {
        Place? Place(Identity? identity) => identity is not { } known ? null
            : Register.FindPlace(known.Text) ?? (isTold ? Register.Place(known) : new Place(0, known));
        Party? Party(Identity? identity) => identity is not { } known ? null
            : Register.FindParty(known.Text) ?? (isTold ? Register.Party(known) : new Party(0, known));
        return new Happening(fact, at, position, Place(fact.Place), Place(fact.From?.Place), Party(fact.To?.Party), Place(fact.To?.Place), order);
    }

    /// <summary>Takes the least recently met half off the table when more than <paramref name="most"/> lie there.</summary>
    public void Tidy(int most)
    {
        if (byName.Count <= most)
        {
            return;
        }

        // Ids grow with age, and what was made last is asked for next.
        var keep = byId.Values.OrderByDescending(i => i.Id).Take(most / 2).ToList();
        byName.Clear();
        byId.Clear();
        foreach (var item in keep)
        {
            byName[item.Identity.Text] = item;
            byId[item.Id] = item;
        }
    }
}
