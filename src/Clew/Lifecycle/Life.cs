using Clew.Facts;
using Clew.Identification;
using Clew.MasterData;

namespace Clew.Lifecycle;

/// <summary>
/// The fold of a life: what stands now, and one happening more → what stands then. A whole life is this, over its happenings in
/// the order of the world; it does not matter in what order we heard of them.
/// </summary>
public static class Life
{
    /// <summary>One step.</summary>
    /// <param name="granularity">Only units have stages that rules watch over; lots and pallets just go where they are said to go.</param>
    public static Turn Next(in Standing before, Happening what, Role role, Granularity granularity, Product? product)
    {
        var (stage, irregular) = granularity switch
        {
            Granularity.Unit => Step(before, what, role, product),
            Granularity.LogisticUnit => (Landing(new Circumstance(before, what, product), role) ?? before.Stage, Irregularity.None),
            _ => (Stage.None, Irregularity.None),
        };

        var kind = what.Fact.Kind;
        if (granularity is Granularity.Unit or Granularity.Lot && Holds.Stops(kind, role))
        {
            irregular |= before.IsHeld ? Irregularity.UnderHold : 0;
            irregular |= before.Expires < what.Day ? Irregularity.Expired : 0;
        }

        var (place, holder) = Whereabouts(before, what, role);
        irregular |= Unknowns(what, role, kind);
        var after = new Standing(stage, place, holder, before.Holds, before.Marks, before.Expires);
        return Marked(after, what, role, granularity, product, irregular);
    }

    private static (Stage, Irregularity) Step(in Standing before, Happening what, Role role, Product? product)
    {
        // A change deep inside, or a hold that catches, moves no one's stage.
        if (role is Role.Above or Role.Caught or Role.Input)
        {
            return (before.Stage, Irregularity.None);
        }

        var kind = what.Fact.Kind;
        var circumstance = new Circumstance(before, what, product);
        foreach (var row in Transitions.For(kind, role))
        {
            if (row.From == before.Stage && row.When.Holds(circumstance))
            {
                return (row.To, Irregularity.None);
            }
        }

        if (Transitions.Preserves(before.Stage, kind))
        {
            return (before.Stage, Irregularity.None);
        }

        // The world wins over the rule: the stage follows the report, and the mark says that nobody expected it.
        var irregular = before.Stage == Stage.None ? Irregularity.UnknownUnit
            : Stages.IsEnd(before.Stage) ? Irregularity.AfterTheEnd
            : Irregularity.OutOfTurn;
        return (Landing(circumstance, role) ?? before.Stage, irregular);
    }

    // Where a deed leads, from wherever it comes.
    private static Stage? Landing(Circumstance circumstance, Role role)
    {
        if (role is Role.Above or Role.Caught or Role.Input or Role.Container)
        {
            return null;
        }

        foreach (var row in Transitions.For(circumstance.What.Fact.Kind, role))
        {
            if (row.When.Holds(circumstance))
            {
                return row.To;
            }
        }

        return null;
    }

    private static (Place?, Party?) Whereabouts(in Standing before, Happening what, Role role)
    {
        if (role is Role.Above or Role.Caught or Role.Input)
        {
            return (before.Place, before.Holder);
        }

        return what.Fact.Kind.Whereabouts switch
        {
            Facts.Whereabouts.At when what.Place is { } place => (place, place.Owner ?? before.Holder),
            Facts.Whereabouts.Arrives => (what.Place, what.Receiver ?? before.Holder),
            Facts.Whereabouts.Departs => (what.ToPlace, what.ToParty ?? what.ToPlace?.Owner ?? before.Holder),
            _ => (before.Place, before.Holder),
        };
    }

    private static Irregularity Unknowns(Happening what, Role role, Kind kind)
    {
        if (role is Role.Above or Role.Caught)
        {
            return Irregularity.None;
        }

        var unknown = what.Place is { Description: null } ? Irregularity.UnknownPlace : Irregularity.None;
        if (kind.Whereabouts == Facts.Whereabouts.Arrives && (what.Receiver?.Role ?? PartyRole.Unknown) == PartyRole.Unknown)
        {
            unknown |= Irregularity.UnknownParty;
        }

        return unknown;
    }

    private static Turn Marked(Standing after, Happening what, Role role, Granularity granularity, Product? product, Irregularity irregular)
    {
        var fact = what.Fact;
        var kind = fact.Kind;
        var direct = role is Role.Subject or Role.Inside or Role.Caught;
        if (direct && what.Order is { } order)
        {
            after = after with { Holds = after.Holds.With(order) };
        }
        else if (direct && (kind == Vocabulary.HoldReleased || kind == Vocabulary.RecallLockReleased))
        {
            var isLock = kind == Vocabulary.RecallLockReleased;
            var left = after.Holds.WithoutCase(fact.Case!, isLock);
            irregular |= left == after.Holds ? Irregularity.NotHeld : 0;
            after = after with { Holds = left, Marks = isLock && left != after.Holds ? after.Marks | Marks.Cleared : after.Marks };
        }

        if (role == Role.Container)
        {
            after = after with { Marks = after.Marks | Marks.Container };
        }

        if (role != Role.Subject)
        {
            return new Turn(after, irregular);
        }

        if (kind == Vocabulary.ProductionCompleted || kind == Vocabulary.Transformed)
        {
            after = after with { Marks = after.Marks | Marks.Made };
        }

        if (kind == Vocabulary.CertificateBound)
        {
            irregular |= (after.Marks & Marks.Certified) != 0 ? Irregularity.SecondCertificate : 0;
            after = after with { Marks = after.Marks | Marks.Certified };
        }
        else if (kind == Vocabulary.ProductReleased)
        {
            irregular |= product?.Description is { NeedsCertificate: true } && (after.Marks & Marks.Certified) == 0 ? Irregularity.NoCertificate : 0;
            after = after with { Marks = after.Marks | Marks.Released };
        }

        if (granularity != Granularity.LogisticUnit && kind.Family == Family.Production && product is { Description: null })
        {
            irregular |= Irregularity.UnknownProduct;
        }

        return new Turn(fact.Expires is { } expires ? after with { Expires = expires } : after, irregular);
    }
}
