using Clew.Server.Ledger;
using Clew.Tests.Storage;
using CsCheck;

namespace Clew.Tests.Capture;

/// <summary>The order of hearing leaves no trace: random stories, told in order, shuffled, doubled, cut into other batches and by two servers.</summary>
public sealed class AnyOrder(Ground ground)
{
    private static readonly Gen<string> Pump = One("P1", "P2", "P3");
    private static readonly Gen<string> Battery = One("B1", "B2", "B3");
    private static readonly Gen<string> Lot = One("cell:L1", "cell:L2");
    private static readonly Gen<string> Case = One("K1", "K2");
    private static readonly Gen<string> Place = One("plant", "dealer", "ward");

    private static Gen<string> One(params string[] words) => Gen.Int[0, words.Length - 1].Select(i => words[i]);

    // What may be said; the day is put before it.
    private static readonly Gen<string> Saying = Gen.Frequency(
        (3, Gen.Select(Pump, p => $"productionCompleted {p} at plant lot M1")),
        (2, Gen.Select(Pump, p => $"productReleased {p} at plant")),
        (2, Gen.Select(Pump, Place, (p, t) => $"shipped {p} at plant to {t}")),
        (2, Gen.Select(Pump, Place, (p, t) => $"received {p} at {t}")),
        (1, Gen.Select(Pump, p => $"installed {p} at ward")),
        (1, Gen.Select(Pump, p => $"acceptancePassed {p} at ward")),
        (1, Gen.Select(Pump, p => $"serviceStarted {p} at ward")),
        (1, Gen.Select(Pump, p => $"destroyed {p} at ward")),
        (3, Gen.Select(Battery, Pump, (b, p) => $"componentFitted {b} in {p} at plant")),
        (2, Gen.Select(Battery, Pump, (b, p) => $"componentRemoved {b} in {p} at ward")),
        (3, Gen.Select(Lot, Battery, Gen.Int[1, 4], (l, b, n) => $"componentFitted {l}*{n} in {b} at plant")),
        (1, Gen.Select(Lot, Battery, Gen.Int[1, 3], (l, b, n) => $"componentRemoved {l}*{n} in {b} at plant")),
        (1, Gen.Select(Lot, Pump, (l, p) => $"componentFitted {l}*1 in {p} at plant")),
        (1, Gen.Select(Lot, l => $"received {l}*10 from cells at plant")),
        (3, Gen.Select(Pump, Case, (p, k) => $"packed {p} in {k} at plant")),
        (1, Gen.Select(Pump, Case, (p, k) => $"unpacked {p} in {k} at ward")),
        (1, Gen.Select(Case, k => $"unpacked in {k} at ward")),
        (1, Gen.Const("packed K1 in K2 at plant")),
        (2, Gen.Select(Case, Place, (k, t) => $"shipped {k} at plant to {t}")),
        (2, Gen.Select(Case, Place, (k, t) => $"received {k} at {t}")));

    private static readonly Gen<string> Holding = Gen.Frequency(
        (2, Gen.Select(Lot, l => $"recallLockPlaced case R1 lots {l}")),
        (2, Gen.Select(Battery, b => $"containmentHoldPlaced case H1 serials {b}")),
        (1, Gen.Select(Pump, p => $"recallLockReleased {p} case R1")),
        (1, Gen.Select(Pump, p => $"containmentHoldPlaced {p} case H2")),
        (1, Gen.Const("containmentHoldPlaced case H3 products pump")));

    private static Gen<string[]> Story(int facts, bool withHolds, bool withCorrections) =>
        Gen.Select(withHolds ? Gen.Frequency((6, Saying), (1, Holding)) : Saying, Gen.Int[1, 30], Gen.Int[0, 600], (s, day, minute) => (s, day, minute)).Array[facts / 2, facts]
            .Select(all => all.Select((f, i) => $"#{i} {f.day}.{f.minute} {f.s}").ToArray())
            .SelectMany(story => !withCorrections ? Gen.Const(story)
                : Gen.Int[0, story.Length - 1].Array[0, 2].Select(which => story.Concat(which.Distinct().Where(w => !IsHolding(story[w])).Select(w => $"#c{w} 31 corrected corrects {w}")).ToArray()));

    private static bool IsHolding(string line) => line.Contains(" case ", StringComparison.Ordinal);

    [Theory]
    [InlineData(6, false, false, 40)]
    [InlineData(24, false, false, 20)]
    [InlineData(16, false, true, 20)]
    [InlineData(16, true, false, 20)]
    [InlineData(40, true, true, 10)]
    public async Task The_same_facts_in_any_order_are_believed_alike(int facts, bool withHolds, bool withCorrections, int times)
    {
        var rounds = int.TryParse(Environment.GetEnvironmentVariable("CLEW_ROUNDS"), out var more) ? more : times;
        await Gen.Select(Story(facts, withHolds, withCorrections), Gen.Int[0, int.MaxValue - 1]).SampleAsync(async (story, seed) =>
        {
            await using var one = await Company.Found(ground).Described();
            foreach (var line in story)
            {
                await Heard(one, [line]);
            }

            var size = long.Parse((await one.Ask("select size from head"))[0], System.Globalization.CultureInfo.InvariantCulture);
            var random = new Random(seed);
            await KnewThen(one, story, size, random.Next(story.Length));
            var heard = story.Concat(story.Where(_ => random.Next(4) == 0)).OrderBy(_ => random.Next()).ToArray();
            await using var other = await Company.Found(ground).Described();
            await using var second = other.Second();
            for (var at = 0; at < heard.Length;)
            {
                var batch = heard.Skip(at).Take(random.Next(1, 8)).ToArray();
                await Heard(random.Next(3) == 0 ? second : other, batch);
                at += batch.Length;
            }

            (await other.Believed()).Except(await one.Believed()).ShouldBeEmpty(string.Join('\n', story) + "\n--- heard as\n" + string.Join('\n', heard));
            (await one.Believed()).Except(await other.Believed()).ShouldBeEmpty(string.Join('\n', story) + "\n--- heard as\n" + string.Join('\n', heard));
            (await Rebuild.Check(other.Database, null, CancellationToken.None)).Difference.ShouldBeNull(string.Join('\n', heard));
        }, iter: rounds, threads: 1, seed: Environment.GetEnvironmentVariable("CLEW_SEED"));
    }

    [Fact]
    public async Task A_gap_that_closes_and_opens_again_in_one_batch_is_open()
    {
        await using var company = await Company.Found(ground).Described();
        await Heard(company, ["#a 13 productionCompleted P2 at plant", "#c 31 corrected corrects a", "#b 11 productionCompleted P2 at plant"]);
        (await company.Ask("select count(*) from gap where unlearned is null")).ShouldBe(["1"]);
    }

    // Found by the stories above: a hold younger than the packing has the content told again, from a container that is not late itself.
    [Theory]
    [InlineData("#a 3 productionCompleted P1 at plant")]
    [InlineData("")]
    public async Task A_container_that_another_server_filled_lies_on_the_table_when_its_content_is_told_again(string first)
    {
        await using var company = await Company.Found(ground).Described();
        await using var second = company.Second();
        await Heard(company, [.. ((string[])["#b 7 packed K1 in K2 at plant", "#c 22 containmentHoldPlaced case H3 products pump", first]).Where(l => l.Length > 0)]);
        await Heard(second, ["#d 19 packed P1 in K1 at plant"]);
        (await Rebuild.Check(second.Database, null, CancellationToken.None)).Difference.ShouldBeNull();
        (await second.Ask("select s.hold from step s join item i on i.id = s.item where i.key like '%P1' and s.unlearned is null order by s.happened desc, s.tie desc limit 1")).ShouldBe(["1"]);
    }

    // As known at a position: what a company believes that only ever heard so much.
    private async Task KnewThen(Company company, string[] story, long size, int heard)
    {
        await using var young = await Company.Found(ground).Described();
        foreach (var line in story.Take(heard))
        {
            await Heard(young, [line]);
        }

        (await company.Believed(size - story.Length + heard - 1)).ShouldBe(await young.Believed(), string.Join('\n', story.Take(heard)) + "\n--- and then\n" + string.Join('\n', story.Skip(heard)));
    }

    private static async Task Heard(Company company, string[] lines) =>
        (await company.Tell(lines)).ShouldAllBe(o => o.Status == FactStatus.Admitted || o.Status == FactStatus.Known);
}
