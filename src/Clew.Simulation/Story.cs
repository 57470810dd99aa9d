using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Clew.Facts;
using Clew.Identification;
using static Clew.Facts.Vocabulary;

namespace Clew.Simulation;

/// <summary>A file that a certificate or a record is bound to.</summary>
public sealed record EvidenceFile(string Name, byte[] Bytes, string Sha256);

/// <summary>A document that will be refused, and what is wrong with it.</summary>
public sealed record BrokenDocument(string Sender, string Wrong, byte[] Bytes);

/// <summary>
/// Everything that the company, its partners and its customers tell, and the files that prove it. The same seed and the same day
/// give the same bytes.
/// </summary>
public sealed class Story
{
    /// <summary>The seed of the demo company.</summary>
    public const ulong UsualSeed = 20_251_226;

    private readonly Numbers numbers;
    private readonly Plan plan;
    private readonly Draw draw;
    private readonly DateTimeOffset today;

    /// <summary>Prepares the story.</summary>
    /// <param name="today">All that happened is told relative to this day.</param>
    public Story(Numbers numbers, DateOnly today, ulong seed = UsualSeed)
    {
        this.numbers = numbers;
        Company = new Company(numbers);
        plan = new Plan(numbers, seed);
        draw = new Draw(seed);
        this.today = new DateTimeOffset(today.ToDateTime(new TimeOnly(8, 0)), TimeSpan.FromHours(8));
    }

    /// <summary>Who and what there is.</summary>
    public Company Company { get; }

    /// <summary>The bad lot of cells.</summary>
    public Identity BadCells => Identity.Lot(Company.Cell.Text, Plan.BadLot);

    /// <summary>First and last moment of making of the pumps that a recall by date would stop.</summary>
    public (DateTimeOffset From, DateTimeOffset Until) Window => (At(Plan.WindowFrom), At(Plan.WindowUntil));

    /// <summary>Called with every file that a fact names.</summary>
    public Action<EvidenceFile>? Kept { get; set; }

    /// <summary>Master data and component lots, which come before everything else.</summary>
    public IEnumerable<Tale> Beginnings()
    {
        var described = new Tale("erp", "master", At(760));
        foreach (var description in Company.Descriptions)
        {
            var kind = description is ProductDescription ? ProductDescribed : description is PartyDescription ? PartyDescribed : PlaceDescribed;
            described.Say(kind, null, Array.Empty<Quantified>(), f => f with { Describes = description });
        }

        yield return described;
        yield return ComponentLots();
    }

    /// <summary>The lives of all pumps: made, moved about, used, served.</summary>
    public IEnumerable<Tale> Pumps()
    {
        foreach (var made in plan.Pumps())
        {
            yield return Build(made);
            foreach (var tale in Use(made))
            {
                yield return tale;
            }
        }

        foreach (var tale in Shipments(plan.Pumps()))
        {
            yield return tale;
        }
    }

    /// <summary>The lives of all implants.</summary>
    public IEnumerable<Tale> Implants() => Enumerable.Range(0, numbers.ImplantLots).SelectMany(ImplantLot);

    /// <summary>What goes wrong on paper: corrections, a hold that was released, a small recall that was closed.</summary>
    public IEnumerable<Tale> Troubles()
    {
        var warehouse = plan.Pumps().Where(p => p is { IsSyringe: true, Fate: Fate.InWarehouse or Fate.AtDistributor or Fate.InStore }).Take(10).Select(Pump).ToList();
        if (warehouse.Count > 0)
        {
            yield return new Tale("qms", "hold-1", At(25)).Say(ContainmentHoldPlaced, null, warehouse, f => f with { Case = "H-0017", Reason = "Carton found crushed 外箱破损" });
            yield return new Tale("qms", "hold-1-end", At(20)).Say(HoldReleased, null, warehouse, f => f with { Case = "H-0017", Reason = "Inspected, no damage 复检合格" });
        }

        // Two quarters ago, and closed: a keypad lot of some syringe pumps.
        var keypads = Identity.Lot(Company.Keypad.Text, Lot("KEY", 500));
        var concerned = plan.Pumps().Where(p => p.IsSyringe && Lot("KEY", p.BuiltDaysAgo) == keypads.Instance && p.Fate != Fate.ScrappedAtTest).Select(Pump).ToList();
        var old = new Tale("qms", "recall-0", At(190));
        var criterion = new Criterion([keypads], [], [], null, null, []);
        old.Say(RecallOpened, null, Array.Empty<Quantified>(), f => f with { Case = "R-2026-01", Criterion = criterion, Reason = "Keypad may crack 按键面板可能开裂" });
        old.Say(RecallLockPlaced, null, Array.Empty<Quantified>(), f => f with { Case = "R-2026-01", Criterion = criterion });
        yield return old;
        if (concerned.Count > 0)
        {
            yield return new Tale("qms", "recall-0-work", At(170))
                .Say(RecallUnitAccounted, null, concerned, f => f with { Case = "R-2026-01" })
                .Say(FieldCorrectionPerformed, null, concerned, f => f with { Case = "R-2026-01", Reason = "Keypad replaced 更换按键面板" })
                .Say(RecallLockReleased, null, concerned.Append(keypads), f => f with { Case = "R-2026-01", Reason = "Corrected and checked 已纠正并验证" })
                .Say(EffectivenessChecked, null, Array.Empty<Quantified>(), f => f with { Case = "R-2026-01", Reason = "12 of 12 sampled answered 抽样全部确认" });
        }
    }

    /// <summary>Documents that will be refused and wait for a person: each has something else wrong with it.</summary>
    public IEnumerable<BrokenDocument> Broken()
    {
        var missed = plan.Pumps().Where(p => p.IsReceiptRefused).ToList();
        if (missed.Count > 0)
        {
            // The receipt that a hospital's system sent without an offset: eight pumps are on the ward, and nobody knows.
            var hospital = Company.Hospitals[missed[0].Hospital];
            var receipt = new Tale(hospital.Sender, "receipt-lost", At(4)).Say(Received, hospital.Place, missed.Select(Pump));
            var text = Encoding.UTF8.GetString(Tale.Document(receipt.Facts));
            yield return new BrokenDocument(hospital.Sender, "a time without offset", Encoding.UTF8.GetBytes(text.Replace("+08:00", "", StringComparison.Ordinal)));
        }

        for (var i = missed.Count > 0 ? 1 : 0; i < numbers.RefusedDocuments; i++)
        {
            var sender = Company.Hospitals[i % Company.Hospitals.Count].Sender;
            var whole = Tale.Document(new Tale(sender, string.Create(CultureInfo.InvariantCulture, $"broken-{i}"), At(2 + i)).Say(UseRecorded, Company.Hospitals[i % Company.Hospitals.Count].Place, Pump(plan.Pumps().First())).Facts);
            var text = Encoding.UTF8.GetString(whole);
            yield return (i % 4) switch
            {
                0 => new BrokenDocument(sender, "cut off", whole[..(whole.Length / 2)]),
                1 => new BrokenDocument(sender, "a word that does not exist", Encoding.UTF8.GetBytes(text.Replace("useRecorded", "usedByNurse", StringComparison.Ordinal))),
                2 => new BrokenDocument(sender, "a day in the future", Encoding.UTF8.GetBytes(text.Replace(At(2 + i).ToString("yyyy", CultureInfo.InvariantCulture) + "-", (At(0).Year + 2).ToString(CultureInfo.InvariantCulture) + "-", StringComparison.Ordinal))),
                _ => new BrokenDocument(sender, "a serial that does not read", Encoding.UTF8.GetBytes(text.Replace("gs1:01/", "gs1:09/", StringComparison.Ordinal))),
            };
        }
    }

    /// <summary>A pump of the plan.</summary>
    public Identity Pump(PumpPlan made) => Identity.Unit((made.IsSyringe ? Company.SyringePump : Company.InfusionPump).Text, made.Serial);

    private DateTimeOffset At(double daysAgo) => today.AddDays(-daysAgo);

    private static string Key(PumpPlan made) => (made.IsSyringe ? "sp-" : "cp-") + made.Serial;

    private Identity Power(PumpPlan made) => Identity.Unit(Company.Power.Text, (made.IsSyringe ? "S" : "P") + made.Serial);

    // Component lots change every month.
    private static string Lot(string prefix, int daysAgo) => string.Create(CultureInfo.InvariantCulture, $"{prefix}-{26 - (daysAgo / 365)}{daysAgo / 30:00}");

    private static Quantified Of(Identity component, string lot, decimal quantity = 1) => new(Identity.Lot(component.Text, lot), quantity);

    private Certificate Certify(string number, params string[] lines)
    {
        var bytes = Pdf.Of([.. lines.Prepend(number)]);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        Kept?.Invoke(new EvidenceFile(number + ".pdf", bytes, sha256));
        return new Certificate(number, sha256);
    }

    // Every lot that anybody uses comes in from its supplier and goes to the line, as much as is used. Of the bad lot each cell is counted.
    private Tale ComponentLots()
    {
        var pumps = plan.Pumps().ToList();
        var used = new Dictionary<Identity, decimal>();
        void Use(Identity component, string? lot)
        {
            if (lot is not null)
            {
                var identity = Identity.Lot(component.Text, lot);
                used[identity] = used.GetValueOrDefault(identity) + 1;
            }
        }

        foreach (var made in pumps)
        {
            Use(Company.Cell, made.CellLot);
            Use(Company.Magnet, Lot("MAG", made.BuiltDaysAgo));
            Use(Company.Housing, Lot("HSG", made.BuiltDaysAgo));
            Use(Company.Sensor, Lot("SNS", made.BuiltDaysAgo));
            if (made.IsSyringe)
            {
                Use(Company.Keypad, Lot("KEY", made.BuiltDaysAgo));
            }

            if (HasBoard(made))
            {
                Use(Company.Chip, Lot("CHIP", made.BuiltDaysAgo));
            }
        }

        var tale = new Tale("erp", "lots", At(750));
        foreach (var (lot, count) in used.OrderBy(u => u.Key))
        {
            var isBad = lot == BadCells;
            var supplier = Company.Descriptions.OfType<ProductDescription>().First(d => d.Subject.Text == lot.Product).Maker!.Value;
            var delivered = isBad ? numbers.Cells : count;
            var toLine = isBad ? count + numbers.CellsScrappedOnLine : count;
            tale.Say(Received, Company.RawStore, [new Quantified(lot, delivered)], f => f with { From = new End(supplier, null), References = [new Reference("po", "PO-" + lot.Instance)] });
            if (isBad)
            {
                tale.Say(Scrapped, Company.RawStore, [new Quantified(lot, numbers.CellsScrappedIncoming)], f => f with { Reason = "Incoming inspection 进货检验不合格" });
            }

            tale.Say(Moved, Company.Line, [new Quantified(lot, toLine)], f => f with { From = new End(null, Company.RawStore) });
            if (isBad)
            {
                tale.Say(Scrapped, Company.Line, [new Quantified(lot, numbers.CellsScrappedOnLine)], f => f with { Reason = "Dented on the line 产线磕碰" });
                tale.Say(Moved, Company.Van, [new Quantified(lot, numbers.Spares + numbers.LooseInVan)], f => f with { From = new End(null, Company.RawStore) });
            }
        }

        // Good cells for service, so that what replaces a bad one is known as well.
        tale.Say(Received, Company.Van, [Of(Company.Cell, "BAT-2411-B21", 1_000)], f => f with { From = new End(Company.Suppliers[0].Party, null) });
        return tale;
    }

    private static bool HasBoard(PumpPlan made) => made.Version == "1.3";

    private Tale Build(PumpPlan made)
    {
        var (pump, power, line) = (Pump(made), Power(made), Company.Line);
        var motor = Identity.Unit(Company.Motor.Text, (made.IsSyringe ? "S" : "M") + made.Serial);
        var tale = new Tale("mes-suzhou", "build/" + Key(made), At(made.BuiltDaysAgo).AddSeconds(made.Number % 900));
        Fact By(Fact f) => f with { Participants = [new Participant("operator", string.Create(CultureInfo.InvariantCulture, $"op-{made.Number % 23:00}"))] };

        tale.Say(Transformed, line, motor, f => f with { Inputs = [Of(Company.Magnet, Lot("MAG", made.BuiltDaysAgo))] }).Say(ProductReleased, line, motor);
        tale.Say(SerialAllocated, line, power).Say(ProductionStarted, line, power);
        if (HasBoard(made))
        {
            var board = Identity.Unit(Company.Board.Text, "B" + made.Serial);
            tale.Say(Transformed, line, board, f => f with { Inputs = [Of(Company.Chip, Lot("CHIP", made.BuiltDaysAgo))] }).Say(ProductReleased, line, board).Fit(line, power, new Quantified(board));
        }

        if (made.CellLot is { } cells)
        {
            tale.Fit(line, power, Of(Company.Cell, cells));
        }

        tale.Say(ProductionCompleted, line, power).Say(Inspected, line, power, f => f with { Outcome = "pass" }).Say(ProductReleased, line, power);
        tale.Say(SerialAllocated, line, pump, f => f with { References = [new Reference("prodorder", $"WO-{made.BuiltDaysAgo}")] }).Say(ProductionStarted, line, pump, By);
        tale.Fit(line, pump, new Quantified(power), new Quantified(motor));
        tale.Fit(line, pump, [Of(Company.Housing, Lot("HSG", made.BuiltDaysAgo)), Of(Company.Sensor, Lot("SNS", made.BuiltDaysAgo)), .. made.IsSyringe ? new[] { Of(Company.Keypad, Lot("KEY", made.BuiltDaysAgo)) } : []]);
        tale.Say(SoftwareLoaded, line, pump, f => f with { Version = made.Version }).Say(ProcessStepCompleted, line, pump, By).Say(LabelVerified, line, pump);
        tale.Say(ProductionCompleted, line, pump, f => By(f) with { Lot = Lot("L", made.BuiltDaysAgo), Version = made.Version });
        if (made.Fate == Fate.ScrappedAtTest)
        {
            return tale.Say(Inspected, line, pump, f => f with { Outcome = "fail", Reason = "Flow accuracy 流量精度" }).Say(Scrapped, line, pump, f => f with { Reason = "Failed final test 终检不合格" });
        }

        tale.Say(Inspected, line, pump, f => f with { Outcome = "pass", Participants = [new Participant("inspector", "qa-07")] });
        var certificate = Certify("CC-" + Key(made).ToUpperInvariant(), "Certificate of conformity", $"Device {pump.Text}", $"Released {tale.Now:yyyy-MM-dd}", "Chenghong Medical, Suzhou");
        return tale.Say(CertificateBound, line, pump, f => f with { Certificate = certificate })
            .Say(ProductReleased, line, pump, f => f with { Participants = [new Participant("releaser", "qa-01")] })
            .Say(Moved, Company.Warehouse, pump);
    }

    // Cases of up to ten that leave on one day for one address; half of the hospitals are served by a distributor.
    private IEnumerable<Tale> Shipments(IEnumerable<PumpPlan> pumps)
    {
        var leaving = pumps.Where(p => p.Fate is not (Fate.ScrappedAtTest or Fate.InWarehouse));
        var loads = leaving.GroupBy(p => (Day: (int)Math.Ceiling(p.ShippedDaysAgo / 5d), p.ShippedDaysAgo < 10, Stays: p.Fate is Fate.AtDistributor, p.IsReceiptRefused, p.IsRepacked, Distributor: p.Fate is Fate.AtDistributor || (!p.IsReceiptRefused && p.Hospital % 2 == 1) ? p.Distributor : -1, Hospital: p.Fate is Fate.AtDistributor ? -1 : p.Hospital));
        var number = 1L;
        foreach (var load in loads.OrderByDescending(l => l.Key.Day).ThenBy(l => l.Key.Distributor).ThenBy(l => l.Key.Hospital))
        {
            foreach (var part in load.Chunk(10))
            {
                foreach (var tale in Shipment(part, number, load.Key.Distributor, load.Key.Hospital))
                {
                    yield return tale;
                }

                number += 2;
            }
        }
    }

    private IEnumerable<Tale> Shipment(PumpPlan[] pumps, long number, int viaDistributor, int toHospital)
    {
        var left = pumps.Min(p => p.ShippedDaysAgo);
        var (units, box) = (pumps.Select(Pump).ToList(), Company.Sscc(number));
        var isOnTheWay = pumps[0].Fate == Fate.InTransit;
        var first = viaDistributor >= 0 ? Company.Distributors[viaDistributor] : Company.Hospitals[toHospital];
        var key = string.Create(CultureInfo.InvariantCulture, $"ship/{number}");
        yield return new Tale("wms", key, At(left))
            .Say(Packed, Company.Warehouse, units, f => f with { Parent = box })
            .Say(Shipped, Company.Warehouse, box, f => f with { To = new End(first.Party, first.Place), References = [new Reference("desadv", $"DN-{number}")], Participants = [new Participant("carrier", Company.Carrier.Party.Text)] });
        var leg = new Tale("carrier", key, At(left - 0.6)).Say(Transported, Company.Carrier.Place, box).After(TimeSpan.FromHours(9)).Say(Transported, Company.Carrier.Place, box);
        if (draw.For("breach", number).Happens(6))
        {
            leg.Say(EnvironmentExcursion, Company.Carrier.Place, box, f => f with { Reason = "41.5 °C for 30 min" });
        }

        yield return leg;
        if (isOnTheWay)
        {
            yield break;
        }

        if (viaDistributor < 0)
        {
            yield return Arrives(first, key, left - 2, box);
            yield break;
        }

        var stays = new Tale(first.Sender, key, At(left - 2)).Say(Received, first.Place, box);
        var next = Company.Sscc(number + 1);
        if (pumps[0].IsRepacked)
        {
            yield return stays.After(TimeSpan.FromDays(3)).Say(Unpacked, first.Place, units, f => f with { Parent = box }).Say(Packed, first.Place, units, f => f with { Parent = next });
            yield break;
        }

        if (toHospital < 0)
        {
            yield return stays;
            yield break;
        }

        var hospital = Company.Hospitals[toHospital];
        yield return stays.Say(Unpacked, first.Place, units, f => f with { Parent = box }).After(TimeSpan.FromDays(2))
            .Say(Packed, first.Place, units, f => f with { Parent = next })
            .Say(Shipped, first.Place, next, f => f with { To = new End(hospital.Party, hospital.Place) });
        yield return Arrives(hospital, key, left - 7, next);
    }

    private Tale Arrives(Organisation hospital, string key, double daysAgo, Identity box) =>
        new Tale(hospital.Sender, key, At(daysAgo)).Say(Received, hospital.Place, box).Say(Unpacked, hospital.Place, Array.Empty<Quantified>(), f => f with { Parent = box });

    // What happens to a pump from the day that a hospital has it.
    private IEnumerable<Tale> Use(PumpPlan made)
    {
        if (made.Fate is not (Fate.InUse or Fate.InServiceCentre or Fate.Retired or Fate.Missing))
        {
            yield break;
        }

        var (pump, mine) = (Pump(made), draw.For(Key(made)));
        var hospital = Company.Hospitals[made.Hospital];
        var ward = Company.Departments[made.Hospital][mine.For("ward").Of(Company.Departments[made.Hospital].Length)];
        var since = made.ShippedDaysAgo - 14;
        var tale = new Tale(hospital.Sender, "use/" + Key(made), At(since))
            .Say(Installed, ward, pump, f => f with
            {
                Participants = [new Participant("engineer", "se-" + (made.Number % 9))],
                Details = Encoding.UTF8.GetBytes($$"""{"humidityPercent":"{{40 + mine.For("humidity").Of(20)}}","position":"bed {{1 + mine.For("bed").Of(12)}}","temperatureCelsius":"{{20 + mine.For("temperature").Of(6)}}"}"""),
            })
            .Say(AcceptancePassed, ward, pump);
        yield return tale;
        var until = made.Fate switch { Fate.InServiceCentre => 14, Fate.Retired => 40, Fate.Missing => 30, _ => 1 };
        var records = 3 + mine.For("records").Of(8);
        for (var i = 1; i <= records; i++)
        {
            var day = since - ((since - until) * i / (records + 1.0));
            yield return new Tale(hospital.Sender, string.Create(CultureInfo.InvariantCulture, $"used/{Key(made)}/{i}"), At(day)).Say(UseRecorded, ward, pump, f => f with { Details = Encoding.UTF8.GetBytes($$"""{"hours":"{{100 + mine.For("hours", i).Of(900)}}"}""") });
        }

        for (var day = since - 180; day > until + 2; day -= 300)
        {
            // Some are overdue: nobody came.
            if (!mine.For("overdue", day).Happens(40))
            {
                var certificate = Certify($"CAL-{Key(made).ToUpperInvariant()}-{day}", "Calibration certificate", $"Device {pump.Text}", $"Calibrated {At(day):yyyy-MM-dd}");
                yield return new Tale("service", string.Create(CultureInfo.InvariantCulture, $"calibrated/{Key(made)}/{day}"), At(day - 0.1))
                    .Say(Calibrated, ward, pump, f => f with { Outcome = "pass", Evidence = [new Evidence("calibrationCertificate", certificate.Number + ".pdf", certificate.Sha256, "application/pdf")] });
            }
        }

        if (made.SwappedDaysAgo is { } swapped)
        {
            yield return Swap(made, ward, swapped);
        }

        if (made.Fate == Fate.InServiceCentre)
        {
            yield return new Tale(hospital.Sender, "return/" + Key(made), At(12)).Say(ReturnShipped, ward, pump, f => f with { To = new End(Company.Maker.Party, Company.ServiceCentre), References = [new Reference("rma", "RMA-" + made.Serial)] });
            yield return new Tale("service", "returned/" + Key(made), At(9)).Say(ReturnReceived, Company.ServiceCentre, pump, f => f with { References = [new Reference("rma", "RMA-" + made.Serial)] });
        }
        else if (made.Fate == Fate.Retired)
        {
            yield return new Tale(hospital.Sender, "retired/" + Key(made), At(35)).Say(Vocabulary.Retired, ward, pump, f => f with { Reason = "End of service life 使用年限届满" });
        }
        else if (made.Fate == Fate.Missing)
        {
            yield return new Tale(hospital.Sender, "lost/" + Key(made), At(20)).Say(LossReported, ward, pump, f => f with { Reason = "Not found at stock-taking 盘点未见" });
        }
    }

    // The cell is exchanged on the ward: the part taken out, the part put in, and the test afterwards.
    private Tale Swap(PumpPlan made, Identity ward, int daysAgo)
    {
        var (pump, power) = (Pump(made), Power(made));
        var from = new End(null, Company.Van);
        var fitted = made.GetsBadSpare ? Plan.BadLot : "BAT-2411-B21";
        return new Tale("service", "swap/" + Key(made), At(daysAgo).AddHours(2))
            .Say(ServiceStarted, ward, pump, f => f with { Reason = made.IsBad ? "Battery fails under load 电池带载失效" : "Battery aged 电池老化", Participants = [new Participant("engineer", "se-" + (made.Number % 9))] })
            .Say(ComponentRemoved, ward, [Of(Company.Cell, made.CellLot!)], f => f with { Parent = power })
            .Say(Scrapped, ward, [Of(Company.Cell, made.CellLot!)], f => f with { Reason = "Used battery disposed of 旧电池报废" })
            .Say(ComponentFitted, ward, [Of(Company.Cell, fitted)], f => f with { Parent = power, From = from })
            .Say(ServiceCompleted, ward, pump, f => f with { Outcome = "pass" });
    }

    private IEnumerable<Tale> ImplantLot(int index)
    {
        var mine = draw.For("implants", index);
        var model = Company.ImplantModels[index % Company.ImplantModels.Count];
        var made = 700 - (int)((long)index * 640 / numbers.ImplantLots);
        var lot = string.Create(CultureInfo.InvariantCulture, $"IM{26 - (made / 365)}{index:0000}");
        var units = Enumerable.Range(1, numbers.UnitsPerLot).Select(i => Identity.Unit(model.Text, string.Create(CultureInfo.InvariantCulture, $"{lot}-{i:000}"))).ToList();
        var plant = Company.Implants.Place;
        var tale = new Tale("mes-changzhou", "implants/" + lot, At(made));
        foreach (var unit in units)
        {
            tale.Say(SerialAllocated, plant, unit);
        }

        tale.Say(ProductionStarted, plant, units).Say(ProductionCompleted, plant, units, f => f with { Lot = lot, Expires = DateOnly.FromDateTime(At(made - 1_825).DateTime) });
        tale.Say(SterilisationCompleted, plant, units, f => f with { References = [new Reference("testres", $"EO-{lot}")] });
        foreach (var unit in units)
        {
            tale.Say(LabelVerified, plant, unit);
        }

        var certificate = Certify("LC-" + lot, "Lot certificate", $"Lot {lot}", $"{numbers.UnitsPerLot} units of {model.Text}", "Chenghong Implants, Changzhou");
        yield return tale.Say(Inspected, plant, units, f => f with { Outcome = "pass" }).Say(CertificateBound, plant, units, f => f with { Certificate = certificate }).Say(ProductReleased, plant, units).Say(Moved, Company.ImplantWarehouse, units);
        if (made < 90)
        {
            yield break;
        }

        var perBox = Math.Max(1, numbers.UnitsPerLot / 5);
        for (var b = 0; b < 5; b++)
        {
            foreach (var told in ImplantBox(mine.For("box", b), units.GetRange(b * perBox, perBox), made - 20 - (b * 3), string.Create(CultureInfo.InvariantCulture, $"{lot}/{b}"), 500_000 + (index * 5L) + b))
            {
                yield return told;
            }
        }
    }

    private IEnumerable<Tale> ImplantBox(Draw mine, List<Identity> units, int shipped, string key, long number)
    {
        var h = mine.For("hospital").Of(Company.Hospitals.Count);
        var (box, hospital) = (Company.Sscc(number), Company.Hospitals[h]);
        var theatre = Company.Departments[h][^1];
        yield return new Tale("wms", "ship/" + key, At(shipped)).Say(Packed, Company.ImplantWarehouse, units, f => f with { Parent = box }).Say(Shipped, Company.ImplantWarehouse, box, f => f with { To = new End(hospital.Party, hospital.Place) });
        yield return Arrives(hospital, "ship/" + key, shipped - 3, box);
        for (var i = 0; i < units.Count; i++)
        {
            var day = shipped - 6 - mine.For("day", i).Of(60);
            if (day <= 1 || !mine.For("used", i).Happens(750))
            {
                continue;
            }

            var tale = new Tale(hospital.Sender, string.Create(CultureInfo.InvariantCulture, $"implanted/{key}/{i}"), At(day)).Say(Implanted, theatre, units[i]).Say(ImplantCardIssued, theatre, units[i]);
            if (mine.For("out", i).Happens(8))
            {
                tale.After(TimeSpan.FromHours(30)).Say(Explanted, theatre, units[i], f => f with { Reason = "Revision 翻修手术" });
            }

            yield return tale;
        }
    }
}
