using System.Globalization;
using Clew.Identification;

namespace Clew.Simulation;

/// <summary>Where a pump's life has led it by today.</summary>
public enum Fate
{
    /// <summary>Failed its final test.</summary>
    ScrappedAtTest,

    /// <summary>In the finished-goods warehouse.</summary>
    InWarehouse,

    /// <summary>On the way.</summary>
    InTransit,

    /// <summary>At a distributor.</summary>
    AtDistributor,

    /// <summary>In a hospital's store.</summary>
    InStore,

    /// <summary>In use on a ward.</summary>
    InUse,

    /// <summary>Back in our service centre.</summary>
    InServiceCentre,

    /// <summary>Taken out of use for good.</summary>
    Retired,

    /// <summary>Nobody knows where.</summary>
    Missing,
}

/// <summary>One pump as the story has it before anything is told.</summary>
/// <param name="Number">Among the pumps of its model, from 1: the serial on its label.</param>
/// <param name="BuiltDaysAgo">How long ago it was built.</param>
/// <param name="CellLot">The lot of its first cell; nothing when nobody recorded it.</param>
/// <param name="IsBad">Built with the bad lot.</param>
/// <param name="SwappedDaysAgo">When its cell was exchanged in service; nothing for never.</param>
/// <param name="Hospital">The hospital that it goes to, or would.</param>
/// <param name="ShippedDaysAgo">When it left the warehouse.</param>
public sealed record PumpPlan(
    int Number, bool IsSyringe, string Version, int BuiltDaysAgo, string? CellLot, bool IsBad, int? SwappedDaysAgo, bool GetsBadSpare,
    Fate Fate, int Hospital, int Distributor, bool IsRepacked, bool IsReceiptRefused, int ShippedDaysAgo)
{
    /// <summary>The serial as on the label.</summary>
    public string Serial => Number.ToString("000000", CultureInfo.InvariantCulture);
}

/// <summary>Decides, from the numbers of the story and a seed, what becomes of every pump.</summary>
public sealed class Plan
{
    /// <summary>The lot that turns out bad.</summary>
    public const string BadLot = "BAT-2409-B17";

    /// <summary>The window in which it was used, in days before today.</summary>
    public const int WindowFrom = 300, WindowUntil = 210;

    private readonly Numbers numbers;
    private readonly Draw draw;

    /// <summary>Makes the plan.</summary>
    public Plan(Numbers numbers, ulong seed)
    {
        this.numbers = numbers;
        draw = new Draw(seed);
    }

    /// <summary>Every pump, the infusion pumps first.</summary>
    public IEnumerable<PumpPlan> Pumps()
    {
        // Which place in the story the n-th pump with a bad cell has, and which pumps of the window have none recorded.
        var order = draw.For("bad").Shuffled(numbers.BuiltIn);
        var bad = 0;
        var gaps = numbers.CannotExclude;
        for (var i = 0; i < numbers.PumpsBefore; i++)
        {
            yield return Older(i);
        }

        for (var i = 0; i < numbers.PumpsInWindow; i++)
        {
            var number = numbers.PumpsBefore + i + 1;
            var built = WindowFrom - 1 - (int)((long)i * (WindowFrom - WindowUntil - 1) / numbers.PumpsInWindow);
            if ((long)(i + 1) * numbers.BuiltIn / numbers.PumpsInWindow > (long)i * numbers.BuiltIn / numbers.PumpsInWindow)
            {
                yield return Bad(number, built, order[bad], bad);
                bad++;
            }
            else
            {
                var hasGap = gaps > 0 && i % 97 >= 20;
                gaps -= hasGap ? 1 : 0;
                var plan = Ordinary(number, false, built);
                yield return hasGap ? plan with { CellLot = null, Fate = Fate.InUse, SwappedDaysAgo = null, ShippedDaysAgo = built - 20 } : plan;
            }
        }

        for (var i = 0; i < numbers.PumpsAfter; i++)
        {
            yield return Ordinary(numbers.PumpsBefore + numbers.PumpsInWindow + i + 1, false, 200 - (int)((long)i * 50 / numbers.PumpsAfter));
        }

        for (var i = 0; i < numbers.SyringePumps; i++)
        {
            yield return Ordinary(i + 1, true, 720 - (int)((long)i * 560 / numbers.SyringePumps));
        }
    }

    // Of the older pumps, those that got a bad cell as a spare are in use, spread over the hospitals concerned.
    private PumpPlan Older(int i)
    {
        var built = 720 - (int)((long)i * 380 / numbers.PumpsBefore);
        var every = numbers.PumpsBefore / numbers.Spares;
        var plan = Ordinary(i + 1, false, built);
        return i % every == 0 && i / every < numbers.Spares
            ? plan with { GetsBadSpare = true, SwappedDaysAgo = 20 + (i % 150), Fate = Fate.InUse, Hospital = i / every % numbers.HospitalsConcerned, ShippedDaysAgo = built - 20 }
            : plan;
    }

    // The place in the story tells the fate: the first so many are scrapped, the next replaced, and so on.
    private PumpPlan Bad(int number, int built, int place, int bad)
    {
        var plan = new PumpPlan(number, false, "1.3", built, BadLot, true, null, false, Fate.InUse, bad % numbers.HospitalsConcerned, bad % 4, false, false, built - 20);
        if ((place -= numbers.PumpsScrapped) < 0)
        {
            return plan with { Fate = Fate.ScrappedAtTest };
        }

        if ((place -= numbers.Replaced) < 0)
        {
            // Every other one in the last nine days: the trend that starts the demo.
            return plan with { SwappedDaysAgo = place % 2 == 0 ? 1 + (-place % 9) : 30 - place };
        }

        if ((place -= numbers.InWarehouse) < 0)
        {
            return plan with { Fate = Fate.InWarehouse };
        }

        if ((place -= numbers.InTransit) < 0)
        {
            var isRefused = place + numbers.InTransit < numbers.ReceiptRefused;
            return plan with { Fate = Fate.InTransit, ShippedDaysAgo = isRefused ? 6 : 3, IsReceiptRefused = isRefused, Hospital = isRefused ? 3 : plan.Hospital };
        }

        if ((place -= numbers.AtDistributors) < 0)
        {
            var isRepacked = place + numbers.AtDistributors < numbers.Repacked;
            return plan with { Fate = Fate.AtDistributor, IsRepacked = isRepacked, Distributor = isRepacked ? 2 : plan.Distributor, ShippedDaysAgo = isRepacked ? 80 : 60 + (bad % 7 * 10) };
        }

        if ((place -= numbers.InHospitalStores) < 0)
        {
            return plan with { Fate = Fate.InStore, ShippedDaysAgo = 40 + (bad % 5 * 9) };
        }

        return (place -= numbers.InServiceCentre) < 0 ? plan with { Fate = Fate.InServiceCentre } : plan;
    }

    private PumpPlan Ordinary(int number, bool isSyringe, int built)
    {
        var mine = draw.For(isSyringe ? "syringe" : "pump", number);
        var isYoung = built < 330;
        var fate = mine.For("fate").Of(1000) switch
        {
            < 8 => Fate.ScrappedAtTest,
            < 11 => Fate.Missing,
            < 40 => Fate.Retired,
            < 55 => Fate.InServiceCentre,
            < 65 when isYoung => Fate.InTransit,
            < 150 when isYoung => Fate.AtDistributor,
            < 210 => Fate.InStore,
            < 400 when isYoung => Fate.InWarehouse,
            _ => Fate.InUse,
        };
        var lot = built >= WindowFrom ? $"BAT-24{6 + ((720 - built) / 120):00}-B{1 + ((720 - built) / 30 % 16):00}" : built >= WindowUntil ? $"BAT-2409-B{(number % 2 == 0 ? 16 : 18)}" : "BAT-2411-B19";
        var shipped = fate switch
        {
            Fate.InTransit => 2,
            Fate.AtDistributor => 40 + (number % 9 * 10),
            Fate.InStore when isYoung => 30 + (number % 9 * 10),
            _ => built - 20,
        };
        var swapped = fate == Fate.InUse && mine.For("swap").Happens(30) ? Math.Max(12, (built - 60) / 2) : (int?)null;
        return new PumpPlan(number, isSyringe, isSyringe ? "2.0" : built < 400 ? "1.3" : "1.2", built, lot, false, swapped, false, fate, mine.For("hospital").Of(numbers.Hospitals), mine.For("distributor").Of(6), false, false, shipped);
    }
}
