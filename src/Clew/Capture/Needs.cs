using Clew.Facts;
using Clew.Genealogy;
using Clew.Identification;
using Clew.Ledger;
using Clew.Lifecycle;

namespace Clew.Capture;

/// <summary>
/// What must be put on the table before drafts can be weighed and told. Asked again after each fetch, until there is nothing left:
/// a name leads to an id, an id to its contents, a late fact to whole lives.
/// </summary>
public sealed class Needs
{
    /// <summary>Names whose items are to be fetched.</summary>
    public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

    /// <summary>Ids whose items are to be fetched.</summary>
    public HashSet<long> Items { get; } = [];

    /// <summary>Items whose parts and gaps are to be fetched.</summary>
    public HashSet<long> Parts { get; } = [];

    /// <summary>Items whose stays in wholes are to be fetched.</summary>
    public HashSet<long> Wholes { get; } = [];

    /// <summary>Items whose contents are to be fetched.</summary>
    public HashSet<long> Contents { get; } = [];

    /// <summary>Items whose stays in containers are to be fetched.</summary>
    public HashSet<long> Containers { get; } = [];

    /// <summary>Items whose lives are to be fetched.</summary>
    public HashSet<long> Lives { get; } = [];

    /// <summary>Drafts that place a hold: the items that its predicate catches now.</summary>
    public List<Draft> Scopes { get; } = [];

    /// <summary>Keys of entries that are being corrected.</summary>
    public HashSet<EntryKey> Targets { get; } = [];

    /// <summary>Products, parties and places described for the first time: items that were told without knowing them.</summary>
    public HashSet<Identity> Unknowns { get; } = [];

    /// <summary>Whether everything lies on the table.</summary>
    public bool IsEmpty => Names.Count + Items.Count == 0 && !AsksLists;

    /// <summary>Whether more than names and items is asked for: lists that belong to items.</summary>
    public bool AsksLists => Parts.Count + Wholes.Count + Contents.Count + Containers.Count + Lives.Count + Scopes.Count + Targets.Count + Unknowns.Count > 0;

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        Names.Clear();
        Items.Clear();
        Parts.Clear();
        Wholes.Clear();
        Contents.Clear();
        Containers.Clear();
        Lives.Clear();
        Scopes.Clear();
        Targets.Clear();
        Unknowns.Clear();
    }

    /// <summary>Adds what this draft needs and the book does not have.</summary>
    /// <param name="isAhead">
    /// Fetching ahead for a whole batch: leaves out what depends on the drafts told before this one.
    /// </param>
    public void AddFor(Draft draft, Book book, bool isAhead)
    {
        var fact = draft.Fact;
        var before = Names.Count;
        foreach (var name in Telling.Names(fact))
        {
            Name(book, name.Text);
        }

        foreach (var serial in fact.Criterion?.Serials ?? [])
        {
            Name(book, serial.Text);
        }

        foreach (var lot in fact.Criterion?.Lots ?? [])
        {
            Name(book, lot.Text);
        }

        if (Names.Count > before)
        {
            return;
        }

        if (!isAhead)
        {
            AddForMoment(draft, book);
        }

        new Reckoning(draft, book, this).Add();
    }

    private void AddForMoment(Draft draft, Book book)
    {
        var fact = draft.Fact;
        if (Telling.PlacesHold(fact.Kind) && !book.Scopes.ContainsKey(draft.Key))
        {
            Scopes.Add(draft);
        }

        if (fact.Corrects is { } correction && !book.Targets.ContainsKey(EntryKey.Of(draft.By, correction.Id)))
        {
            Targets.Add(EntryKey.Of(draft.By, correction.Id));
        }

        if (fact.Describes is { } description && !book.Unknowns.ContainsKey(description.Subject.Text) && IsNews(description, book))
        {
            Unknowns.Add(description.Subject);
        }
    }

    // Something was met in facts and is described only now.
    private static bool IsNews(Description description, Book book) => description switch
    {
        ProductDescription => book.Register.FindProduct(description.Subject.Text) is { Description: null },
        PartyDescription => book.Register.FindParty(description.Subject.Text) is { Role: PartyRole.Unknown },
        _ => book.Register.FindPlace(description.Subject.Text) is { Description: null } or { Owner: null },
    };

    private void Name(Book book, string name)
    {
        if (!book.TryFind(name, out _))
        {
            Names.Add(name);
        }
    }

    /// <summary>Walks from the items that a fact names to all that it touches, and notes what is missing on the way.</summary>
    private sealed class Reckoning(Draft draft, Book book, Needs needs)
    {
        private readonly HashSet<long> seen = [];
        private readonly HashSet<long> late = [];
        private readonly HashSet<long> climbed = [];

        public void Add()
        {
            var fact = draft.Fact;
            var kind = fact.Kind;
            foreach (var (item, role) in Telling.Named(draft, book))
            {
                Touched(item);
                if (role is Role.Whole or Role.Part or Role.Input)
                {
                    Tree(item, upward: role is Role.Whole or Role.Part);
                }
                else if (role is Role.Content or Role.Container)
                {
                    Packing(item, role);
                }
                else if (kind.Family == Family.Production || kind == Vocabulary.Transformed)
                {
                    Making(item);
                }
            }

            if (Telling.ReachesBack(draft, book))
            {
                foreach (var name in Telling.Names(fact))
                {
                    if (book.TryFind(name.Text, out var item))
                    {
                        Late(item);
                    }
                }
            }

            // A hold that is younger than the fact: whether it should have caught is told from the lives of the parts.
            if (book.Orders.Any(o => o.Placed > draft.Sequence) && kind.Family is Family.Genealogy or Family.Production)
            {
                foreach (var name in Telling.Names(fact))
                {
                    if (book.TryFind(name.Text, out var item))
                    {
                        Fetched(item.Life, needs.Lives, item.Id);
                    }
                }
            }

            if (book.IsDangling(draft.Key))
            {
                foreach (var name in Telling.Names(fact))
                {
                    if (book.TryFind(name.Text, out var item))
                    {
                        Late(item);
                    }
                }
            }

            if (book.Scopes.TryGetValue(draft.Key, out var caught))
            {
                Each(caught);
            }

            if (fact.Describes is { } description && book.Unknowns.TryGetValue(description.Subject.Text, out var unknown))
            {
                LateAll(unknown);
            }

            if (fact.Corrects is { } correction && book.Targets.TryGetValue(EntryKey.Of(draft.By, correction.Id), out var target) && target is not null)
            {
                Corrected(target);
            }
        }

        private void Each(IReadOnlyList<long> ids)
        {
            foreach (var id in ids)
            {
                if (Item(id) is { } item)
                {
                    Touched(item);
                }
            }
        }

        private void LateAll(IReadOnlyList<long> ids)
        {
            foreach (var id in ids)
            {
                if (Item(id) is { } item)
                {
                    Late(item);
                }
            }
        }

        private void Corrected(Entry target)
        {
            foreach (var name in Telling.Names(target.Fact))
            {
                if (!book.TryFind(name.Text, out var item))
                {
                    needs.Names.Add(name.Text);
                }
                else if (item.Id != 0)
                {
                    Late(item);
                    if (item.IsLot)
                    {
                        continue;
                    }

                    Tree(item, upward: true);
                }
            }
        }

        // The item itself, and what shares its lot because it is inside.
        private void Touched(Item item)
        {
            if (item.Id == 0 || !seen.Add(item.Id))
            {
                return;
            }

            if (Telling.IsLate(item, draft, book))
            {
                Late(item);
            }

            if ((item.Now.Marks & Marks.Container) != 0 && Fetched(item.Contents, needs.Contents, item.Id) is { } contents)
            {
                foreach (var stay in contents)
                {
                    if (stay.HoldsAt(draft.Sequence) && Item(stay.Child) is { } content)
                    {
                        Touched(content);
                    }
                }
            }
        }

        // All below an item and, for a whole, all above it: cycles, reaches and holds are found by walking.
        private void Tree(Item item, bool upward)
        {
            // A cycle that somebody reported must not trap us.
            if (item.Id == 0 || (upward && !climbed.Add(item.Id)))
            {
                return;
            }

            if (!item.IsLot)
            {
                foreach (var part in Fetched(item.Parts, needs.Parts, item.Id) ?? [])
                {
                    if (part.ChildGranularity == Granularity.Unit && Item(part.Child) is { } below && seen.Add(~below.Id))
                    {
                        Tree(below, upward: false);
                    }
                }

                // A part's other wholes tell whether it is in two at once; a whole's wholes hear of the change.
                foreach (var stay in Fetched(item.Wholes, needs.Wholes, item.Id) ?? [])
                {
                    if (upward && Item(stay.Parent) is { } above)
                    {
                        Touched(above);
                        Tree(above, upward: true);
                    }
                }
            }
        }

        private void Packing(Item item, Role role)
        {
            if (role == Role.Content)
            {
                // Being packed here takes it out of where it was.
                foreach (var stay in Fetched(item.Containers, needs.Containers, item.Id) ?? [])
                {
                    Item(stay.Parent);
                }

                if (draft.Fact.Parent is not { } into || !book.TryFind(into.Text, out var container))
                {
                    return;
                }

                if (container.Last > draft.Sequence)
                {
                    // What happened to the container since must be told of the content as well.
                    Late(item);
                }

                if (container.Last > draft.Sequence || Telling.IsLate(item, draft, book))
                {
                    // The content is told from the container's life, by the stay that is about to begin.
                    Fetched(container.Life, needs.Lives, container.Id);
                }
            }
            else if (Telling.UnpacksAll(draft.Fact))
            {
                foreach (var stay in Fetched(item.Contents, needs.Contents, item.Id) ?? [])
                {
                    if (Item(stay.Child) is { } content)
                    {
                        Touched(content);
                        foreach (var other in Fetched(content.Containers, needs.Containers, content.Id) ?? [])
                        {
                            Item(other.Parent);
                        }
                    }
                }
            }
        }

        // What is made of something has its parts looked at, a lot that others used before as well.
        private void Making(Item item)
        {
            var isTied = draft.Fact.Kind == Vocabulary.Transformed || (!item.IsLot && (draft.Fact.Lot is not null || item.Product?.ComponentsAt(draft.Sequence).Count > 0));
            if (item.Id != 0 && isTied)
            {
                Fetched(item.Parts, needs.Parts, item.Id);
                Tree(item, upward: true);
            }
        }

        // A life that must be told again needs all that it is told from, and takes along all that is told from it.
        private void Late(Item item)
        {
            if (item.Id == 0 || !late.Add(item.Id))
            {
                return;
            }

            Fetched(item.Life, needs.Lives, item.Id);
            Basis(Fetched(item.Containers, needs.Containers, item.Id), upward: true);
            Basis(Fetched(item.Parts, needs.Parts, item.Id), upward: false);
            if (!item.IsLot)
            {
                foreach (var stay in Fetched(item.Wholes, needs.Wholes, item.Id) ?? [])
                {
                    if (Item(stay.Parent) is { IsLot: false } whole)
                    {
                        Late(whole);
                    }
                }
            }

            if ((item.Now.Marks & Marks.Container) != 0 || item.Identity.Granularity == Granularity.LogisticUnit)
            {
                foreach (var stay in Fetched(item.Contents, needs.Contents, item.Id) ?? [])
                {
                    if (Item(stay.Child) is { } content)
                    {
                        Late(content);
                    }
                }
            }
        }

        private void Basis(List<Link>? stays, bool upward)
        {
            foreach (var stay in stays ?? [])
            {
                if (Item(upward ? stay.Parent : stay.Child) is { } other)
                {
                    Fetched(other.Life, needs.Lives, other.Id);
                }
            }
        }

        private Item? Item(long id)
        {
            if (book.Has(id))
            {
                return book.Of(id);
            }

            needs.Items.Add(id);
            return null;
        }

        private static List<T>? Fetched<T>(List<T>? list, HashSet<long> missing, long id)
        {
            if (list is null)
            {
                missing.Add(id);
            }

            return list;
        }
    }
}
