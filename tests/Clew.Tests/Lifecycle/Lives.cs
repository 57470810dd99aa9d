using Clew.Lifecycle;
using Clew.Server.Ledger;
using Clew.Tests.Capture;
using Clew.Tests.Storage;

namespace Clew.Tests.Lifecycle;

/// <summary>
/// Lives as tables. Each line is a fact in the words of <see cref="Tale"/>; behind the bar stands what is believed of an item after it:
/// stage, hold, and what is irregular in its life. "refused" and a code: an intended deed that is not done.
/// </summary>
public sealed class Lives(Ground ground)
{
    public static TheoryData<string, string> Cases { get; } = new()
    {
        { "A normal life", """
            1 serialAllocated P1                             | P1 planned
            2 productionStarted P1 at plant                  | P1 inProduction
            3 componentFitted B1 in P1 at plant              | P1 inProduction
            4 productionCompleted P1 at plant                | P1 pendingRelease
            5 productReleased P1 at plant                    | P1 released
            6 shipped P1 at plant to dealer                  | P1 inTransit
            7 received P1 at dealer                          | P1 distributorStock
            8 shipped P1 at dealer to ward                   | P1 inTransit
            9 received P1 at ward                            | P1 userStock
            10 installed P1 at ward                          | P1 installed
            11 acceptancePassed P1 at ward                   | P1 inService
            12 serviceStarted P1 at ward                     | P1 underService
            13 serviceCompleted P1 at ward outcome pass      | P1 inService
            14 retired P1 at ward                            | P1 retired
            15 destroyed P1 at ward                          | P1 destroyed
            """ },
        { "A late receipt makes the earlier use regular", """
            1 productionCompleted P1 at plant
            2 productReleased P1 at plant
            3 shipped P1 at plant to ward
            5 installed P1 at ward                           | P1 installed outOfTurn
            4 received P1 at ward                            | P1 installed
            """ },
        { "A correction takes a fact back", """
            1 productionCompleted P1 at plant
            2 productReleased P1 at plant
            #s 3 shipped P1 at plant to ward                 | P1 inTransit
            4 corrected corrects s                           | P1 released
            """ },
        { "A correction that comes before its fact", """
            1 productionCompleted P1 at plant                | P1 pendingRelease
            4 corrected corrects r
            #r 2 productReleased P1 at plant                 | P1 pendingRelease
            """ },
        { "A unit that nobody reported", """
            3 received P1 at ward                            | P1 userStock unknownUnit
            1 productionCompleted P1 at plant
            1.5 productReleased P1 at plant
            2 shipped P1 at plant to ward                    | P1 userStock
            """ },
        { "After the end", """
            1 productionCompleted P1 at plant
            2 scrapped P1 at plant                           | P1 scrapped
            3 shipped P1 at plant to ward                    | P1 inTransit afterTheEnd
            """ },
        { "An intended step out of turn is refused", """
            1 productionCompleted P1 at plant                | P1 pendingRelease
            2 shipped P1 at plant to ward intended           | refused life.outOfTurn
            """ },
        { "One certificate per serial", """
            1 productionCompleted V1 at plant
            2 productReleased V1 at plant intended           | refused life.noCertificate
            3 certificateBound V1 cert C-1                   | V1 pendingRelease
            4 productReleased V1 at plant intended           | V1 released
            5 certificateBound V1 cert C-2 intended          | refused life.secondCertificate
            6 certificateBound V1 cert C-2                   | V1 released secondCertificate
            """ },
        { "Released without a certificate, as reported", """
            1 productionCompleted V1 at plant
            2 productReleased V1 at plant                    | V1 released noCertificate
            1.30 certificateBound V1 cert C-1                | V1 released
            """ },
        { "A containment stops what is intended and marks what is reported", """
            1 productionCompleted P1 at plant
            2 productReleased P1 at plant
            3 containmentHoldPlaced P1 case H1               | P1 released/containmentHold
            4 shipped P1 at plant to ward intended           | refused life.underHold
            4 moved P1 at plant intended                     | P1 released/containmentHold
            5 shipped P1 at plant to ward                    | P1 inTransit/containmentHold underHold
            6 holdReleased P1 case H1                        | P1 inTransit underHold
            7 holdReleased P1 case H1                        | P1 inTransit underHold+notHeld
            """ },
        { "A lock catches what turns up later", """
            1 recallLockPlaced case R1 lots cell:L1
            2 componentFitted cell:L1*2 in B1 at plant       | B1 none/recallLock unknownUnit
            3 componentFitted B1 in P1 at plant              | P1 none/recallLock unknownUnit
            4 productionCompleted P1 at plant                | P1 pendingRelease/recallLock unknownUnit
            5 productReleased P1 at plant intended           | refused life.underHold
            6 recallLockReleased P1 case R1                  | P1 pendingRelease/recallCleared unknownUnit
            """ },
        { "A lock catches what was fitted before and is told after", """
            1 productionCompleted P1 at plant                | P1 pendingRelease
            5 recallLockPlaced case R1 lots cell:L1          | P1 pendingRelease
            2 componentFitted B1 in P1 at plant
            3 componentFitted cell:L1*2 in B1 at plant       | P1 pendingRelease/recallLock outOfTurn
            """ },
        { "An implant in a patient is flagged, and locked when it comes out", """
            1 productionCompleted I1 at plant
            2 productReleased I1 at plant
            3 shipped I1 at plant to ward
            4 received I1 at ward
            5 implanted I1 at ward                           | I1 implanted
            6 recallLockPlaced I1 case R1                    | I1 implanted/flaggedInPatient
            7 explanted I1 at ward                           | I1 explanted/recallLock
            """ },
        { "A component in two devices at once", """
            1 productionCompleted B1 at plant
            2 productReleased B1 at plant
            3 componentFitted B1 in P1 at plant              | B1 fitted
            4 componentFitted B1 in P2 at plant intended     | refused life.twoWholes
            5 componentFitted B1 in P2 at plant              | B1 fitted twoWholes
            4 componentRemoved B1 in P1 at plant             | B1 fitted
            """ },
        { "A unit inside itself by way of another", """
            1 componentFitted B1 in P1 at plant
            2 componentFitted P1 in B1 at plant intended     | refused life.cycle
            3 componentFitted P1 in B1 at plant              | P1 fitted unknownUnit+cycle
            4 shipped P1 at plant to ward                    | P1 inTransit outOfTurn+unknownUnit+cycle
            """ },
        { "Packed units share their case's way", """
            1 productionCompleted P1 P2 at plant
            2 productReleased P1 P2 at plant
            3 packed P1 P2 in K1 at plant
            4 packed K1 in K2 at plant
            5 shipped K2 at plant to ward                    | P1 inTransit
            6 received K2 at ward                            | P2 userStock
            7 unpacked in K1 at ward                         | P1 userStock
            8 shipped K1 at ward to dealer                   | P1 userStock
            """ },
        { "Taken out of what it was not in", """
            1 productionCompleted P1 at plant                | P1 pendingRelease
            2 unpacked P1 in K1 at plant                     | P1 pendingRelease notInside
            1.30 packed P1 in K1 at plant                    | P1 pendingRelease
            """ },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Each_line_is_believed(string name, string lines)
    {
        await using var company = await Company.Found(ground).Described();
        foreach (var line in lines.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (fact, expected) = line.Split('|', StringSplitOptions.TrimEntries) is [var said, var then] ? (said, then.Split(' ')) : (line, []);
            var outcome = (await company.Tell(fact))[0];
            if (expected is ["refused", var code])
            {
                outcome.Status.ShouldBe(FactStatus.Refused, $"{name}: {line}");
                outcome.Findings.Select(f => f.Code).ShouldContain(code, $"{name}: {line}");
                continue;
            }

            outcome.Status.ShouldBe(FactStatus.Admitted, $"{name}: {line}: {string.Join(", ", outcome.Findings)}");
            if (expected.Length > 0)
            {
                (await Standing(company, expected[0])).ShouldBe(string.Join(' ', expected), $"{name}: {line}");
            }
        }

        (await Rebuild.Check(company.Database, null, TestContext.Current.CancellationToken)).Difference.ShouldBeNull(name);
    }

    private static async Task<string> Standing(Company company, string item)
    {
        var life = await company.Ask($"select s.stage, s.hold, s.irregular from step s join item i on i.id = s.item where i.key = '{Tale.Name(item)}' and s.unlearned is null order by s.happened desc, s.tie desc");
        var steps = life.ConvertAll(s => s.Split(' ').Select(int.Parse).ToArray());
        var (stage, hold) = ((Stage)steps[0][0], (Hold)steps[0][1]);
        var irregular = Irregularities.Words(steps.Aggregate(Irregularity.None, (all, s) => all | (Irregularity)s[2]));
        return $"{item} {(stage == Stage.None ? "none" + (hold == Hold.None ? "" : "/" + Stages.Word(hold)) : Stages.Word(stage, hold))} {irregular}".Trim();
    }
}
