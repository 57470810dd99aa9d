using System.Globalization;
using Clew.Facts;
using Clew.Genealogy;
using Clew.Identification;
using Clew.Ledger;
using Clew.Lifecycle;
using Clew.MasterData;

namespace Clew.Capture;

/// <summary>What a fact does, or would do, to one item.</summary>
/// <param name="Index">Among the fact's items; −1 for what the fact does not name.</param>
/// <param name="Before">How things stood just before, in the order of the world.</param>
public readonly record struct Touch(Item Item, Role Role, int Index, Standing Before, Turn Turn)
{
    /// <summary>Where the item stands in the fact.</summary>
    public string Path => Index >= 0 ? "/items/" + Index.ToString(CultureInfo.InvariantCulture)
        : Role is Role.Whole or Role.Container ? "/parent"
        : "/items";
}

/// <summary>
/// Tells facts: lives, stays, reaches, holds. A fact that comes in order only adds a step; a late one has the lives that it
/// touches told again from all that was said, so that the order of hearing leaves no trace in what we believe.
/// </summary>
/// <remarks>Everything that <see cref="Needs"/> asks for must lie in the book.</remarks>
public sealed class Telling(Book book)
{
    private readonly List<(Item Item, Step Step)> fresh = [];

    /// <summary>Kinds that place a hold.</summary>
    internal static bool PlacesHold(Kind kind) => kind == Vocabulary.ContainmentHoldPlaced || kind == Vocabulary.RecallLockPlaced;

    /// <summary>Whether a correction can take such a fact back. Holds are released, master data is described anew.</summary>
    internal static bool IsCorrectable(Kind kind) =>
        kind.Family is not (Family.Recall or Family.MasterData) && kind != Vocabulary.Corrected;

    /// <summary>The names of the items that a fact itself names, the whole or container first.</summary>
    internal static IEnumerable<Identity> Names(Fact fact)
    {
        if (fact.Parent is { } parent)
        {
            yield return parent;
        }

        foreach (var item in fact.Items)
        {
            yield return item.Item;
        }

        foreach (var input in fact.Inputs)
        {
            yield return input.Item;
        }

        foreach (var lot in OwnLots(fact))
        {
            yield return lot;
        }
    }

    /// <summary>The lots that a fact says its units were made in.</summary>
    internal static IEnumerable<Identity> OwnLots(Fact fact) =>
        fact.Lot is not { } number || !SaysOwnLot(fact) ? []
        : fact.Items.Where(q => q.Item.Granularity == Granularity.Unit).Select(q => Identity.Lot(q.Item.Product, number));

    private static bool SaysOwnLot(Fact fact) =>
        fact.Kind.Family is Family.Production || fact.Kind == Vocabulary.Transformed;

    /// <summary>The same, as items on the table and with their roles.</summary>
    internal static List<(Item Item, Role Role)> Named(Draft draft, Book book)
    {
        var fact = draft.Fact;
        var (parentRole, itemRole) = Roles(fact);
        var named = new List<(Item, Role)>(fact.Items.Count + fact.Inputs.Count + 1);
        if (fact.Parent is { } parent && book.TryFind(parent.Text, out var whole))
        {
            named.Add((whole, parentRole));
        }

        for (var i = 0; i < fact.Items.Count; i++)
        {
            if (book.TryFind(fact.Items[i].Item.Text, out var item))
            {
                named.Add((item, itemRole));
            }
        }

        for (var i = 0; i < fact.Inputs.Count; i++)
        {
            if (book.TryFind(fact.Inputs[i].Item.Text, out var input))
            {
                named.Add((input, Role.Input));
            }
        }

        return named;
    }

    /// <summary>
    /// Whether a hold that catches by what an item is, or by what it contains, was placed after the fact happened: then the item's
    /// life is told again, because the fact may be why it should have been caught.
    /// </summary>
    internal static bool IsOlderThanHolds(Item item, Draft draft, Book book)
    {
        if (book.Orders.Count == 0)
        {
            return false;
        }

        var makes = draft.Fact.Kind.Family is Family.Genealogy or Family.Production;
        foreach (var order in book.Orders)
        {
            if (order.Placed > draft.Sequence && (makes || (order.Criterion is { } c && c.Products.Count + c.Suppliers.Count > 0 && (item.IsLot || c.Products.Contains(Product(item))))))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether what the fact ties together must be told again as a whole: one of the items is further in its life than the fact, so
    /// that it brings into the others what happened to it since; or something came out that nobody put in, so that it was in before.
    /// </summary>
    internal static bool ReachesBack(Draft draft, Book book)
    {
        var fact = draft.Fact;
        if (fact.Kind.Family is not (Family.Genealogy or Family.Packing) && !(fact.Lot is not null && SaysOwnLot(fact)))
        {
            return false;
        }

        Item? whole = null;
        if (fact.Parent is { } parent)
        {
            book.TryFind(parent.Text, out whole);
        }

        foreach (var (item, _) in Named(draft, book))
        {
            if (!item.IsLot && item.Last >= draft.Sequence)
            {
                return true;
            }
        }

        return fact.Kind == Vocabulary.ComponentRemoved && whole?.Parts is { } parts && fact.Items.Any(q => book.TryFind(q.Item.Text, out var part)
            && parts.Where(s => s.Nature == Nature.Component && s.Child == part.Id && s.HoldsAt(draft.Sequence)).Sum(s => s.Quantity ?? 1) < (part.IsLot ? q.Quantity ?? 1 : 1));
    }

    /// <summary>What the fact would do to every item that it touches. Changes nothing.</summary>
    public List<Touch> Foresee(Draft draft)
    {
        var what = book.Look(draft.Fact, draft.Sequence, position: -1, order: null, isTold: false);
        var touches = Touched(draft);
        for (var i = 0; i < touches.Count; i++)
        {
            var touch = touches[i];
            var before = touch.Item.Last < draft.Sequence ? touch.Item.Now : StandingBefore(touch.Item, draft.Sequence);
            var turn = Life.Next(before, what, touch.Role, touch.Item.Identity.Granularity, touch.Item.Product ?? FindProduct(touch.Item));

            // A hold that we know of now stops a deed that is dated before it: whoever asks leave asks it today.
            if (draft.Fact.Mode == Mode.Intended && touch.Item.Now.IsHeld && Holds.Stops(draft.Fact.Kind, touch.Role))
            {
                turn = turn with { Irregular = turn.Irregular | Irregularity.UnderHold };
                before = before with { Holds = touch.Item.Now.Holds };
            }

            touches[i] = touch with { Before = before, Turn = turn with { Irregular = turn.Irregular | ForeseenInStays(draft, touch) } };
        }

        return touches;
    }

    /// <summary>Tells an admitted fact at its position, and says what it did to its items: each touch, and the runs that the entry keeps.</summary>
    public (List<Touch> Touches, List<Told> Runs) Tell(Draft draft, long position)
    {
        var fact = draft.Fact;
        if (fact.Describes is { } description)
        {
            Describe(draft, description, position);
            return ([], []);
        }

        if (fact.Kind == Vocabulary.EvidenceRequired && EvidenceRule.Read(fact) is { } rule)
        {
            book.Register.Require(draft.Sequence, rule);
            book.Changes.Descriptions.Add((0, draft.Sequence, position));
            return ([], []);
        }

        if (fact.Case is not null)
        {
            book.Changes.Cases.Add((position, fact));
        }

        if (fact.Kind == Vocabulary.Signed)
        {
            book.Changes.Signed.Add((position, fact));
        }

        if (book.TryTakeDangling(draft.Key, out var correction))
        {
            return TellWithdrawn(draft, correction, position);
        }

        foreach (var (item, _) in Named(draft, book))
        {
            book.Enrol(item);
        }

        var order = PlacesHold(fact.Kind) ? Place(draft, position) : null;
        var what = book.Look(fact, draft.Sequence, position, order, isTold: true);
        if (order is not null)
        {
            book.PutOrder(order, what);
            book.Changes.Orders.Add(order);
        }

        Entry? withdrawn = null;
        if (fact.Corrects is { } corrects)
        {
            withdrawn = Withdraw(draft, corrects, position);
        }

        var touches = Touched(draft);
        var reachesBack = ReachesBack(draft, book);
        var brought = Relink(draft, position);
        if (withdrawn is not null)
        {
            foreach (var name in Names(withdrawn.Fact))
            {
                if (book.TryFind(name.Text, out var item) && item.Id != 0 && !touches.Exists(t => t.Item == item))
                {
                    touches.Add(new Touch(item, Role.Subject, -1, default, default));
                }
            }
        }

        Rows(draft, what, position);
        return Advance(draft, what, touches, brought, withdrawn, reachesBack);
    }

    // Steps in order are added; where one is late, or something was withdrawn, lives are told again.
    private (List<Touch>, List<Told>) Advance(Draft draft, Happening what, List<Touch> touches, Dictionary<Item, HoldOrders>? brought, Entry? withdrawn, bool reachesBack)
    {
        HashSet<Item>? late = null;
        for (var i = 0; i < touches.Count; i++)
        {
            var touch = touches[i];
            if (reachesBack || withdrawn is not null || IsLate(touch, draft))
            {
                (late ??= []).Add(touch.Item);
                if (touch.Role is not (Role.Inside or Role.Above or Role.Caught))
                {
                    fresh.Add((touch.Item, new Step(draft.Sequence, what.Position, touch.Role, what, default, Irregularity.None, what.Position)));
                }

                continue;
            }

            touches[i] = Next(touch, what, brought);
        }

        if (late is not null)
        {
            Retell(late, what, withdrawn?.Position);
            for (var i = 0; i < touches.Count; i++)
            {
                if (late.Contains(touches[i].Item))
                {
                    touches[i] = Found(touches[i], what.Position);
                }
            }
        }

        fresh.Clear();
        return (touches, Runs(touches));
    }

    /// <summary>Whether the item's life is told again: the fact comes after others that happened later, or may be why a hold should have caught.</summary>
    internal static bool IsLate(Item item, Draft draft, Book book) => item.Last >= draft.Sequence || IsOlderThanHolds(item, draft, book);

    private bool IsLate(Touch touch, Draft draft)
    {
        var item = touch.Item;
        return IsLate(item, draft, book)
            || (touch.Role == Role.Content && draft.Fact.Parent is { } into && book.TryFind(into.Text, out var container) && container.Last > draft.Sequence);
    }

    private Touch Next(Touch touch, Happening what, Dictionary<Item, HoldOrders>? brought)
    {
        var item = touch.Item;
        var before = item.Now;
        var turn = Life.Next(before, what, touch.Role, item.Identity.Granularity, item.Product);
        var after = turn.After;
        if (brought is not null && !Stages.IsEnd(after.Stage))
        {
            // What is above the whole gets what the whole got.
            foreach (var order in (touch.Role == Role.Above ? brought.Values.First() : brought.GetValueOrDefault(item)).All)
            {
                after = after with { Holds = after.Holds.With(order) };
            }
        }

        foreach (var order in book.Predicates)
        {
            if (Catches(order, item, what, touch.Role, item.Last == Sequence.Beginning) && !Stages.IsEnd(after.Stage))
            {
                after = after with { Holds = after.Holds.With(order) };
            }
        }

        turn = new Turn(after, turn.Irregular | InStays(item, what.Position));
        var step = new Step(what.Sequence, what.Position, touch.Role, what, after, turn.Irregular, what.Position);
        item.Now = after;
        item.Last = what.Sequence;
        item.Life?.Add(step);
        book.Changes.Steps.Add((item, step));
        if ((after.Marks & Marks.Made) != 0 && (before.Marks & Marks.Made) == 0)
        {
            Lacks(item, what.Sequence, what.Position);
        }

        return touch with { Before = before, Turn = turn };
    }

    private static Touch Found(Touch touch, long position)
    {
        var life = touch.Item.Life!;
        var at = life.FindIndex(s => s.Position == position);
        return at < 0 ? touch : touch with { Before = at == 0 ? Standing.Unknown : life[at - 1].After, Turn = new Turn(life[at].After, life[at].Irregular) };
    }

    // More runs than this are summed up by what they say, so that the entry stays short.
    private const int RunsMax = 200;

    private static List<Told> Runs(List<Touch> touches)
    {
        var runs = new List<Told>();
        foreach (var touch in touches)
        {
            var before = Stages.Word(touch.Before.Stage, touch.Before.Hold);
            var after = Stages.Word(touch.Turn.After.Stage, touch.Turn.After.Hold);
            var irregular = Irregularities.Words(touch.Turn.Irregular);
            if (runs.Count > 0 && runs[^1] is var last && last.Before == before && last.After == after && last.Irregular == irregular)
            {
                runs[^1] = last with { Count = last.Count + 1 };
            }
            else
            {
                runs.Add(new Told(1, before, after, irregular));
            }
        }

        return runs.Count <= RunsMax
            ? runs
            : [.. runs.GroupBy(r => (r.Before, r.After, r.Irregular)).Take(RunsMax).Select(g => new Told(g.Sum(r => r.Count), g.Key.Before, g.Key.After, g.Key.Irregular))];
    }

    // Everything that the fact touches: what it names, what is inside that, what that is part of, and what a hold catches.
    private List<Touch> Touched(Draft draft)
    {
        var fact = draft.Fact;
        var (parentRole, itemRole) = Roles(fact);
        var touches = new List<Touch>(fact.Items.Count + 2);
        HashSet<Item>? seen = fact.Items.Count > 1 || fact.Parent is not null || fact.Inputs.Count > 0 ? [] : null;
        if (fact.Parent is { } parent && book.TryFind(parent.Text, out var whole))
        {
            touches.Add(new Touch(whole, parentRole, -1, default, default));
            seen?.Add(whole);
        }

        for (var i = 0; i < fact.Items.Count; i++)
        {
            if (book.TryFind(fact.Items[i].Item.Text, out var item) && (seen?.Add(item) ?? true) && !(itemRole == Role.Part && item.IsLot))
            {
                touches.Add(new Touch(item, itemRole, i, default, default));
            }
        }

        var direct = touches.Count;
        for (var i = 0; i < direct; i++)
        {
            var (item, role) = (touches[i].Item, touches[i].Role);
            var isEmptied = role == Role.Container && UnpacksAll(fact);
            if (isEmptied || (role is Role.Subject or Role.Content && (item.Now.Marks & Marks.Container) != 0))
            {
                Inside(item, draft.Sequence, touches, seen ??= [.. touches.Select(t => t.Item)]);
            }
            else if (role == Role.Whole)
            {
                Above(item, draft.Sequence, touches, seen ??= [item]);
            }
        }

        if (PlacesHold(fact.Kind))
        {
            Caught(draft, touches, seen ?? [.. touches.Select(t => t.Item)]);
        }

        return touches;
    }

    private void Caught(Draft draft, List<Touch> touches, HashSet<Item> seen)
    {
        var named = (draft.Fact.Criterion?.Serials ?? []).Concat(draft.Fact.Criterion?.Lots ?? [])
            .Select(n => book.TryFind(n.Text, out var item) ? item : throw new InvalidOperationException($"{n} does not lie on the table."));
        var found = book.Scopes.TryGetValue(draft.Key, out var ids) ? ids.Select(book.Of) : [];
        foreach (var item in named.Concat(found))
        {
            var isOver = Stages.IsEnd(item.Now.Stage) && item.Last < draft.Sequence;
            if (seen.Add(item) && !isOver)
            {
                touches.Add(new Touch(item, Role.Caught, -1, default, default));
            }
        }
    }

    internal static bool UnpacksAll(Fact fact) => fact.Kind == Vocabulary.Unpacked && fact.Items.Count == 0 && fact.ItemsBeside is null;

    private void Inside(Item container, Sequence at, List<Touch> touches, HashSet<Item> seen)
    {
        if (container.Contents is null)
        {
            return;
        }

        foreach (var content in container.Contents.Where(s => s.From is not null && s.HoldsAt(at)).Select(s => book.Of(s.Child)).OrderBy(i => i.Identity))
        {
            if (seen.Add(content))
            {
                touches.Add(new Touch(content, Role.Inside, -1, default, default));
                Inside(content, at, touches, seen);
            }
        }
    }

    private void Above(Item whole, Sequence at, List<Touch> touches, HashSet<Item> seen)
    {
        foreach (var above in (whole.Wholes ?? []).Where(s => s.HoldsAt(at) && s.ParentGranularity == Granularity.Unit).Select(s => book.Of(s.Parent)).OrderBy(i => i.Identity))
        {
            if (seen.Add(above))
            {
                touches.Add(new Touch(above, Role.Above, -1, default, default));
                Above(above, at, touches, seen);
            }
        }
    }

    private static (Role Parent, Role Items) Roles(Fact fact) =>
        fact.Kind == Vocabulary.ComponentFitted || fact.Kind == Vocabulary.ComponentRemoved ? (Role.Whole, Role.Part)
        : fact.Kind == Vocabulary.Packed || fact.Kind == Vocabulary.Unpacked ? (Role.Container, Role.Content)
        : (Role.Subject, Role.Subject);

    // ---------------------------------------------------------------------------------------------------- lives, told again

    private void Retell(HashSet<Item> late, Happening what, long? voided = null)
    {
        var affected = new HashSet<Item>();
        foreach (var item in late)
        {
            Affected(item, affected);
        }

        var done = new HashSet<Item>();
        foreach (var item in affected.OrderBy(i => i.Id))
        {
            Retell(item, what, voided, affected, done);
        }
    }

    private void Affected(Item item, HashSet<Item> affected)
    {
        if (!affected.Add(item))
        {
            return;
        }

        foreach (var stay in item.Contents ?? [])
        {
            Affected(book.Of(stay.Child), affected);
        }

        foreach (var stay in item.IsLot ? [] : item.Wholes ?? [])
        {
            var whole = book.Of(stay.Parent);
            if (!whole.IsLot)
            {
                Affected(whole, affected);
            }
        }
    }

    // Containers before contents, parts before wholes: each life is told from lives that are told already.
    private void Retell(Item item, Happening what, long? voided, HashSet<Item> affected, HashSet<Item> done)
    {
        if (!done.Add(item))
        {
            return;
        }

        foreach (var stay in item.Containers ?? [])
        {
            if (affected.Contains(book.Of(stay.Parent)))
            {
                Retell(book.Of(stay.Parent), what, voided, affected, done);
            }
        }

        foreach (var stay in item.Parts ?? [])
        {
            if (book.Has(stay.Child) && affected.Contains(book.Of(stay.Child)))
            {
                Retell(book.Of(stay.Child), what, voided, affected, done);
            }
        }

        var steps = Basis(item, voided);
        var life = Fold(item, steps, Catches(item, steps), what.Position);
        Replace(item, life, what.Position);
    }

    // What an item's life is told from: what names it, what happened to its containers while it was inside, and what was changed in its parts while they were fitted.
    private List<Step> Basis(Item item, long? voided)
    {
        var steps = new Dictionary<long, Step>();
        foreach (var step in item.Life!.Where(s => s.IsDirect).Concat(fresh.Where(f => f.Item == item).Select(f => f.Step)))
        {
            if (step.Position != voided)
            {
                steps[step.Position] = step;
            }
        }

        foreach (var stay in item.Containers ?? [])
        {
            if (stay.From is not { } from)
            {
                continue;
            }

            foreach (var step in book.Of(stay.Parent).Life!)
            {
                var isShared = step.Role is Role.Subject or Role.Content or Role.Inside && step.At > from && (stay.To is null || step.At < stay.To);
                if (isShared || (step.Role == Role.Container && step.Position == stay.Removed))
                {
                    steps.TryAdd(step.Position, step with { Role = Role.Inside });
                }
            }
        }

        foreach (var stay in item.Parts ?? [])
        {
            foreach (var step in stay.Nature == Nature.Component && stay.ChildGranularity == Granularity.Unit ? book.Of(stay.Child).Life! : [])
            {
                if (step.Role is Role.Whole or Role.Above && (stay.From is null || step.At > stay.From) && (stay.To is null || step.At < stay.To))
                {
                    steps.TryAdd(step.Position, step with { Role = Role.Above });
                }
            }
        }

        return [.. steps.Values.OrderBy(s => s.At)];
    }

    // When and by which order the item is caught: by what it is, and by what is in it.
    private List<(Sequence At, HoldOrder Order)> Catches(Item item, List<Step> steps)
    {
        var caught = new List<(Sequence, HoldOrder)>();
        if (book.Orders.Count == 0)
        {
            return caught;
        }

        foreach (var order in book.Predicates)
        {
            for (var i = 0; i < steps.Count; i++)
            {
                if (Catches(order, item, steps[i].What, steps[i].Role, isFirst: i == 0, ignorePlacing: true))
                {
                    caught.Add((Later(order.Placed, steps[i].At), order));
                    break;
                }
            }
        }

        foreach (var order in book.Orders)
        {
            if (order.Criterion is { } c && (c.Serials.Contains(item.Identity) || c.Lots.Contains(item.Identity)))
            {
                caught.Add((order.Placed, order));
            }
        }

        foreach (var stay in item.Parts ?? [])
        {
            if (stay.Nature == Nature.Packed || !book.Has(stay.Child))
            {
                continue;
            }

            foreach (var (order, from, to) in Held(book.Of(stay.Child)))
            {
                var at = stay.From is { } begun ? Later(from, begun) : from;
                if ((to is null || at < to) && (stay.To is null || at < stay.To))
                {
                    caught.Add((at, order));
                }
            }
        }

        caught.Sort((a, b) => a.Item1.CompareTo(b.Item1));
        return caught;
    }

    // During which stretches of its life an item was held, by which orders.
    private static List<(HoldOrder Order, Sequence From, Sequence? To)> Held(Item item)
    {
        var stretches = new List<(HoldOrder, Sequence, Sequence?)>();
        var open = new Dictionary<int, (HoldOrder Order, Sequence From)>();
        foreach (var step in item.Life ?? [])
        {
            foreach (var order in step.After.Holds.All)
            {
                open.TryAdd(order.Number, (order, step.At));
            }

            foreach (var (number, (order, from)) in open.ToArray())
            {
                if (!step.After.Holds.Contains(order))
                {
                    stretches.Add((order, from, step.At));
                    open.Remove(number);
                }
            }
        }

        stretches.AddRange(open.Values.Select(o => (o.Order, o.From, (Sequence?)null)));
        return stretches;
    }

    private List<Step> Fold(Item item, List<Step> steps, List<(Sequence At, HoldOrder Order)> catches, long position)
    {
        var life = new List<Step>(steps.Count);
        var standing = Standing.Unknown;
        var next = 0;
        foreach (var step in steps)
        {
            for (; next < catches.Count && catches[next].At < step.At; next++)
            {
                standing = Caught(item, life, standing, catches[next], position);
            }

            var turn = Life.Next(standing, step.What, step.Role, item.Identity.Granularity, item.Product);
            standing = turn.After;
            for (; next < catches.Count && catches[next].At == step.At; next++)
            {
                standing = Stages.IsEnd(standing.Stage) ? standing : standing with { Holds = standing.Holds.With(catches[next].Order) };
            }

            life.Add(step with { After = standing, Irregular = turn.Irregular | InStays(item, step.Position), Learned = position });
        }

        for (; next < catches.Count; next++)
        {
            standing = Caught(item, life, standing, catches[next], position);
        }

        return life;
    }

    private Standing Caught(Item item, List<Step> life, Standing standing, (Sequence At, HoldOrder Order) caught, long position)
    {
        // What has come to its end needs no stopping.
        if (standing.Holds.Contains(caught.Order) || Stages.IsEnd(standing.Stage))
        {
            return standing;
        }

        var placing = book.Placing(caught.Order);
        var after = Life.Next(standing, placing, Role.Caught, item.Identity.Granularity, item.Product).After;
        life.Add(new Step(caught.At, caught.Order.Position, Role.Caught, placing, after, Irregularity.None, position));
        return after;
    }

    // Keeps the steps that are told as before, ends those that are not, adds the new.
    private void Replace(Item item, List<Step> life, long position)
    {
        var before = item.Life!.ToDictionary(s => s.Position);
        for (var i = 0; i < life.Count; i++)
        {
            var step = life[i];
            if (before.Remove(step.Position, out var old))
            {
                if (old.At == step.At && old.Role == step.Role && old.After == step.After && old.Irregular == step.Irregular)
                {
                    life[i] = old;
                    continue;
                }

                book.Changes.StepsEnded.Add((item, old, position));
            }

            book.Changes.Steps.Add((item, step));
        }

        foreach (var gone in before.Values)
        {
            book.Changes.StepsEnded.Add((item, gone, position));
        }

        item.Life = life;
        item.Now = life.Count == 0 ? Standing.Unknown : life[^1].After;
        item.Last = life.Count == 0 ? Sequence.Beginning : life[^1].At;
        Lacks(item, life.Find(s => s.Role == Role.Subject && (s.What.Fact.Kind == Vocabulary.ProductionCompleted || s.What.Fact.Kind == Vocabulary.Transformed))?.At, position);
    }

    private static Standing StandingBefore(Item item, Sequence at)
    {
        var standing = Standing.Unknown;
        foreach (var step in item.Life ?? [])
        {
            if (step.At >= at)
            {
                break;
            }

            standing = step.After;
        }

        return standing;
    }

    // ---------------------------------------------------------------------------------------------------- stays

    // Tells the stays that the fact speaks of, and returns the holds that parts bring into their wholes.
    private Dictionary<Item, HoldOrders>? Relink(Draft draft, long position)
    {
        var fact = draft.Fact;
        var kind = fact.Kind;
        Dictionary<Item, HoldOrders>? brought = null;
        if (kind == Vocabulary.ComponentFitted || kind == Vocabulary.ComponentRemoved)
        {
            book.TryFind(fact.Parent!.Value.Text, out var whole);
            foreach (var quantified in fact.Items)
            {
                book.TryFind(quantified.Item.Text, out var part);
                var going = new Going(draft.Sequence, position, whole!.Id, kind == Vocabulary.ComponentFitted, part!.IsLot ? quantified.Quantity ?? 1 : null);
                Goings(part, Nature.Component, [going], null, position, whole);
                if (going.IsIn)
                {
                    Bring(part, whole, ref brought);
                }
            }
        }
        else if (kind == Vocabulary.Packed || kind == Vocabulary.Unpacked)
        {
            book.TryFind(fact.Parent!.Value.Text, out var container);
            foreach (var (content, quantity) in Contents(fact, container!, draft.Sequence))
            {
                var going = new Going(draft.Sequence, position, container!.Id, kind == Vocabulary.Packed, content.IsLot ? quantity : null, UnpacksAll(fact));
                Goings(content, Nature.Packed, [going], null, position, null);
            }
        }
        else if (kind == Vocabulary.Transformed)
        {
            foreach (var quantified in fact.Items)
            {
                book.TryFind(quantified.Item.Text, out var made);
                foreach (var consumed in fact.Inputs)
                {
                    book.TryFind(consumed.Item.Text, out var input);
                    Goings(input!, Nature.MadeFrom, [new Going(draft.Sequence, position, made!.Id, true, consumed.Quantity)], null, position, made);
                    Bring(input!, made, ref brought);
                }
            }
        }

        if (fact.Lot is { } number && SaysOwnLot(fact))
        {
            foreach (var quantified in fact.Items)
            {
                if (quantified.Item.Granularity != Granularity.Unit)
                {
                    continue;
                }

                book.TryFind(quantified.Item.Text, out var unit);
                book.TryFind(Identity.Lot(quantified.Item.Product, number).Text, out var lot);
                book.Enrol(lot!);
                Goings(lot!, Nature.OwnLot, [new Going(draft.Sequence, position, unit!.Id, true, 1)], null, position, unit);
                Bring(lot!, unit!, ref brought);
            }
        }

        return brought;
    }

    private static void Bring(Item part, Item whole, ref Dictionary<Item, HoldOrders>? brought)
    {
        foreach (var order in part.Now.Holds.All)
        {
            brought ??= [];
            brought[whole] = brought.GetValueOrDefault(whole).With(order);
        }
    }

    // The contents that a packing fact speaks of; an unpacking that names none means all that is inside.
    private IEnumerable<(Item Content, decimal? Quantity)> Contents(Fact fact, Item container, Sequence at)
    {
        if (UnpacksAll(fact))
        {
            return [.. (container.Contents ?? []).Where(s => s.From is not null && s.HoldsAt(at)).Select(s => (book.Of(s.Child), s.Quantity))];
        }

        return [.. fact.Items.Select(q => (book.TryFind(q.Item.Text, out var content) ? content : throw new InvalidOperationException($"{q.Item} does not lie on the table."), q.Quantity ?? 1))];
    }

    // Unpackings of everything name no contents: for what went into a container, whenever we heard of it, they are read from the
    // container's life. It lies on the table wherever something is late; in order, what the stays say is enough.
    private void AddUnpackings(List<Going> goings, long? without)
    {
        foreach (var into in goings.GroupBy(g => g.Parent).ToList())
        {
            foreach (var step in book.Of(into.Key).Life ?? [])
            {
                if (step.Role != Role.Container || !UnpacksAll(step.What.Fact))
                {
                    continue;
                }

                goings.RemoveAll(g => g.Parent == into.Key && g.Position == step.Position);
                if (step.Position != without && into.Any(g => g.IsIn && g.Sequence < step.At))
                {
                    goings.Add(new Going(step.At, step.Position, into.Key, false, into.First().Quantity, IsAll: true));
                }
            }
        }
    }

    // Tells a child's stays of one nature again, with more goings or without those of a withdrawn entry.
    private void Goings(Item child, Nature nature, IReadOnlyList<Going> more, long? without, long position, Item? whole)
    {
        // A unit has one story of stays; a lot has one in each whole.
        var isUnit = !child.IsLot;
        var current = (nature == Nature.Packed ? child.Containers! : isUnit && nature == Nature.Component ? child.Wholes! : whole!.Parts!)
            .Where(s => s.Nature == nature && s.Child == child.Id).ToList();
        var goings = Stays.Said(current).Where(g => g.Position != without).Concat(more.Where(m => current.TrueForAll(c => c.Fitted != m.Position && c.Removed != m.Position))).ToList();
        if (nature == Nature.Packed)
        {
            AddUnpackings(goings, without);
        }

        var told = nature == Nature.Packed && isUnit ? Stays.Packings(goings) : Stays.Components(goings, isUnit && nature == Nature.Component);
        foreach (var stay in current)
        {
            if (!told.Remove(AsStay(stay)))
            {
                Unlearn(stay, position);
            }
        }

        foreach (var stay in told)
        {
            Learn(child, nature, stay, position);
        }
    }

    private static Stay AsStay(Link link) => new(link.Parent, link.From, link.To, link.Fitted, link.Removed, link.Quantity, link.Irregular);

    private void Learn(Item child, Nature nature, Stay stay, long position)
    {
        var parent = book.Of(stay.Parent);
        var link = new Link(
            book.NextLink++, child.Id, child.Identity.Granularity, child.Product?.Number ?? 0, parent.Id, parent.Identity.Granularity, nature, stay.Quantity,
            stay.From, stay.To, stay.Fitted, stay.Removed, stay.Irregular, position);
        book.Changes.Links.Add(link);
        if (nature == Nature.Packed)
        {
            child.Containers?.Add(link);
            parent.Contents?.Add(link);
            return;
        }

        book.Changes.Reaches.AddRange(Reach.OpenedBy(link, PartsOf, WholesOf));
        parent.Parts?.Add(link);
        if (!child.IsLot)
        {
            child.Wholes?.Add(link);
        }

        if (parent.Gaps is { Count: > 0 } gaps && gaps.Remove(link.ChildProduct))
        {
            book.Changes.GapsEnded.Add((parent, link.ChildProduct, position));
        }
    }

    private void Unlearn(Link link, long position)
    {
        book.Changes.LinksEnded.Add((link.Id, position));
        var parent = book.Of(link.Parent);
        if (link.Nature == Nature.Packed)
        {
            book.Of(link.Child).Containers?.Remove(link);
            parent.Contents?.Remove(link);
            return;
        }

        parent.Parts?.Remove(link);
        if (book.Has(link.Child))
        {
            book.Of(link.Child).Wholes?.Remove(link);
        }

        var above = new HashSet<long>();
        Ancestors(parent, above);
        book.Changes.ReachesEnded.Add((link.Id, [.. above.Order()], position));
    }

    private void Ancestors(Item item, HashSet<long> found)
    {
        if (found.Add(item.Id))
        {
            foreach (var stay in item.Wholes ?? [])
            {
                Ancestors(book.Of(stay.Parent), found);
            }
        }
    }

    private List<Link> PartsOf(long id) => book.Has(id) ? book.Of(id).Parts ?? [] : [];

    private List<Link> WholesOf(long id) => book.Has(id) ? book.Of(id).Wholes ?? [] : [];

    // What an entry said of stays that did not fit: on the part or content, or where the part is a lot, on the whole.
    private Irregularity InStays(Item item, long position)
    {
        var irregular = Irregularity.None;
        foreach (var stay in item.Wholes ?? [])
        {
            if (stay.Fitted == position || stay.Removed == position)
            {
                irregular |= stay.Irregular & (stay.Fitted == position ? Irregularity.TwoWholes : Irregularity.NotInside);
                irregular |= stay.Fitted == position && IsBelow(stay.Parent, item, stay.From!.Value, []) ? Irregularity.Cycle : 0;
            }
        }

        foreach (var stay in item.Containers ?? [])
        {
            irregular |= stay.Removed == position ? stay.Irregular : 0;
        }

        foreach (var stay in item.Parts ?? [])
        {
            irregular |= stay.ChildGranularity == Granularity.Lot && stay.Removed == position ? stay.Irregular : 0;
        }

        return irregular;
    }

    // The same before the fact is told.
    private Irregularity ForeseenInStays(Draft draft, Touch touch)
    {
        var fact = draft.Fact;
        if (touch.Role is not (Role.Part or Role.Content or Role.Whole) || fact.Parent is not { } name || !book.TryFind(name.Text, out var parent))
        {
            return Irregularity.None;
        }

        var at = draft.Sequence;
        var item = touch.Item;
        if (fact.Kind == Vocabulary.ComponentFitted && touch.Role == Role.Part)
        {
            return ((item.Wholes ?? []).Exists(s => s.Nature == Nature.Component && s.HoldsAt(at)) ? Irregularity.TwoWholes : 0)
                | (parent.Id != 0 && IsBelow(parent.Id, item, at, []) ? Irregularity.Cycle : 0);
        }

        if (fact.Kind == Vocabulary.ComponentRemoved && touch.Role == Role.Part)
        {
            return (item.Wholes ?? []).Exists(s => s.Parent == parent.Id && s.HoldsAt(at)) ? 0 : Irregularity.NotInside;
        }

        if (fact.Kind == Vocabulary.ComponentRemoved && touch.Role == Role.Whole)
        {
            return fact.Items.Any(q => q.Item.Granularity == Granularity.Lot && book.TryFind(q.Item.Text, out var lot)
                && (parent.Parts ?? []).Where(s => s.Child == lot.Id && s.HoldsAt(at)).Sum(s => s.Quantity ?? 1) < (q.Quantity ?? 1)) ? Irregularity.NotInside : 0;
        }

        return fact.Kind == Vocabulary.Unpacked && touch.Role == Role.Content && !(item.Containers ?? []).Exists(s => s.Parent == parent.Id && s.HoldsAt(at))
            ? Irregularity.NotInside
            : Irregularity.None;
    }

    // Whether the item with this id is somewhere below.
    private bool IsBelow(long id, Item top, Sequence at, HashSet<long> seen) =>
        top.Id != 0 && seen.Add(top.Id)
        && (top.Parts ?? []).Exists(s => s.Nature == Nature.Component && s.HoldsAt(at) && (s.Child == id || (book.Has(s.Child) && IsBelow(id, book.Of(s.Child), at, seen))));

    // Parts that its product demands and nobody reported: why a unit cannot be excluded from a recall.
    private void Lacks(Item item, Sequence? made, long position)
    {
        if (item.Identity.Granularity != Granularity.Unit || item.Product is null)
        {
            return;
        }

        var lacking = new List<int>();
        if (made is { } when)
        {
            foreach (var component in item.Product.ComponentsAt(when))
            {
                var number = book.Register.Product(component).Number;
                if (item.Parts?.Exists(s => s.ChildProduct == number) != true)
                {
                    lacking.Add(number);
                }
            }
        }

        var gaps = item.Gaps ?? [];
        foreach (var product in lacking.Except(gaps))
        {
            book.Changes.Gaps.Add((item, product, position));
        }

        foreach (var product in gaps.Except(lacking))
        {
            book.Changes.GapsEnded.Add((item, product, position));
        }

        item.Gaps = lacking;
    }

    // ---------------------------------------------------------------------------------------------------- holds

    private HoldOrder Place(Draft draft, long position)
    {
        foreach (var named in (draft.Fact.Criterion?.Serials ?? []).Concat(draft.Fact.Criterion?.Lots ?? []))
        {
            if (book.TryFind(named.Text, out var item))
            {
                book.Enrol(item);
            }
        }

        return new HoldOrder(book.NextOrder++, draft.Fact.Case!, draft.Fact.Kind == Vocabulary.RecallLockPlaced, draft.Fact.Criterion, draft.Sequence, position);
    }

    // Whether the item meets an order by what it is. What it contains is found by its parts.
    private static bool Catches(HoldOrder order, Item item, Happening what, Role role, bool isFirst, bool ignorePlacing = false)
    {
        if (order.Criterion is not { } criterion || (!ignorePlacing && order.Placed > what.Sequence))
        {
            return false;
        }

        if (item.Identity.Granularity == Granularity.Unit && criterion.Products.Contains(Product(item)))
        {
            var isDated = criterion.MadeFrom is not null || criterion.MadeUntil is not null;
            var makes = role == Role.Subject && (what.Fact.Kind == Vocabulary.ProductionCompleted || what.Fact.Kind == Vocabulary.Transformed);
            return isDated
                ? makes && (criterion.MadeFrom is null || what.Fact.Happened >= criterion.MadeFrom) && (criterion.MadeUntil is null || what.Fact.Happened < criterion.MadeUntil)
                : isFirst;
        }

        return item.IsLot && criterion.Suppliers.Count > 0
            && ((isFirst && item.Product?.Description?.Maker is { } maker && criterion.Suppliers.Contains(maker))
                || (Supplier(what.Fact) is { } supplier && criterion.Suppliers.Contains(supplier)));
    }

    private static Identity? Supplier(Fact fact) =>
        fact.Kind == Vocabulary.Received || fact.Kind == Vocabulary.ProductionCompleted ? fact.From?.Party : null;

    private static Identity Product(Item item)
    {
        var read = Identity.Read(item.Identity.Product);
        return read.IsRead ? read.Value : item.Identity;
    }

    private Product? FindProduct(Item item) =>
        item.Identity.Granularity is Granularity.Unit or Granularity.Lot ? book.Register.FindProduct(item.Identity.Product) ?? new Product(0, Product(item)) : null;

    // ---------------------------------------------------------------------------------------------------- the rest

    private void Describe(Draft draft, Description description, long position)
    {
        var unknown = book.Unknowns.TryGetValue(description.Subject.Text, out var ids) ? ids : [];
        book.Register.Describe(draft.Sequence, description);
        var number = description switch
        {
            ProductDescription => book.Register.Product(description.Subject).Number,
            PartyDescription => book.Register.Party(description.Subject).Number,
            _ => book.Register.Place(description.Subject).Number,
        };
        book.Changes.Descriptions.Add((number, draft.Sequence, position));
        if (unknown.Count > 0)
        {
            var what = book.Look(draft.Fact, draft.Sequence, position, null, isTold: true);
            Retell([.. unknown.Select(book.Of)], what);
        }
    }

    // A correction: the fact that it names no longer stands; whatever followed from it is told again without it.
    private Entry? Withdraw(Draft draft, Correction correction, long position)
    {
        var key = EntryKey.Of(draft.By, correction.Id);
        book.Changes.Corrections.Add((key, draft.Sequence, position));
        var target = book.Targets.GetValueOrDefault(key);
        if (target is null)
        {
            book.PutDangling(key, book.Look(draft.Fact, draft.Sequence, position, null, isTold: true));
            return null;
        }

        var fact = target.Fact;
        Item? whole = null;
        if (fact.Parent is { } parent)
        {
            book.TryFind(parent.Text, out whole);
        }

        foreach (var name in Names(fact))
        {
            if (!book.TryFind(name.Text, out var item) || item.Id == 0)
            {
                continue;
            }

            book.Changes.Voided.Add((item, target.Sequence, target.Position, position));
            if (fact.Kind.Family == Family.Genealogy || fact.Kind.Family == Family.Packing || fact.Kind.Family == Family.Production)
            {
                WithdrawStays(item, whole, fact, target.Position, position);
            }
        }

        return target;
    }

    private void WithdrawStays(Item item, Item? whole, Fact fact, long withdrawn, long position)
    {
        if (item.Containers?.Exists(s => s.Fitted == withdrawn || s.Removed == withdrawn) == true)
        {
            Goings(item, Nature.Packed, [], withdrawn, position, null);
        }

        if (!item.IsLot && item.Wholes?.Exists(s => s.Nature == Nature.Component && (s.Fitted == withdrawn || s.Removed == withdrawn)) == true)
        {
            Goings(item, Nature.Component, [], withdrawn, position, null);
        }

        // Contents that an unpacking of everything took out stand only in the container's list; lots only in their whole's.
        foreach (var stay in (item.Contents ?? []).Where(s => s.Removed == withdrawn).ToList())
        {
            Goings(book.Of(stay.Child), Nature.Packed, [], withdrawn, position, null);
        }

        foreach (var group in (item.Parts ?? []).Where(s => s.Fitted == withdrawn || s.Removed == withdrawn).GroupBy(s => (s.Child, s.Nature)).ToList())
        {
            if (group.First().ChildGranularity != Granularity.Unit || group.Key.Nature != Nature.Component)
            {
                var child = book.Has(group.Key.Child) ? book.Of(group.Key.Child) : throw new InvalidOperationException("A part's lot does not lie on the table.");
                Goings(child, group.Key.Nature, [], withdrawn, position, item);
            }
        }
    }

    // The fact comes after its own correction: it is kept, and it never stands. The correction is told of its items now.
    private (List<Touch>, List<Told>) TellWithdrawn(Draft draft, Happening correction, long position)
    {
        var items = new HashSet<Item>();
        foreach (var name in Names(draft.Fact))
        {
            if (!book.TryFind(name.Text, out var item))
            {
                continue;
            }

            book.Enrol(item);
            if (items.Add(item))
            {
                fresh.Add((item, new Step(correction.Sequence, correction.Position, Role.Subject, correction, default, Irregularity.None, position)));
            }
        }

        Retell(items, book.Look(draft.Fact, draft.Sequence, position, null, isTold: true));
        fresh.Clear();
        return ([], []);
    }

    private void Rows(Draft draft, Happening what, long position)
    {
        var fact = draft.Fact;
        var kind = fact.Kind;
        for (var i = 0; i < fact.Items.Count; i++)
        {
            var quantified = fact.Items[i];
            if (!book.TryFind(quantified.Item.Text, out var item))
            {
                continue;
            }

            if (item.IsLot)
            {
                Quantity(item, kind.LotEffect, quantified.Quantity ?? 1, what);
                if (Supplier(fact) is { } supplier)
                {
                    book.Changes.Supplies.Add((item, book.Register.Party(supplier), position));
                }
            }

            if (kind == Vocabulary.CertificateBound)
            {
                book.Changes.Certificates.Add((item, fact.Certificate!, position));
            }
        }

        foreach (var input in fact.Inputs)
        {
            if (book.TryFind(input.Item.Text, out var lot) && lot.IsLot)
            {
                Quantity(lot, LotEffect.Takes, input.Quantity ?? 1, what);
            }
        }
    }

    private void Quantity(Item lot, LotEffect effect, decimal quantity, Happening what)
    {
        if (effect is LotEffect.Adds)
        {
            book.Changes.Quantities.Add((lot, what.Place, quantity, what));
        }
        else if (effect is LotEffect.Takes)
        {
            book.Changes.Quantities.Add((lot, what.FromPlace ?? what.Place, -quantity, what));
        }
        else if (effect is LotEffect.Moves)
        {
            book.Changes.Quantities.Add((lot, what.FromPlace, -quantity, what));
            book.Changes.Quantities.Add((lot, what.Place, quantity, what));
        }
    }

    private static Sequence Later(Sequence a, Sequence b) => a > b ? a : b;
}
