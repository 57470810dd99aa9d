using Clew.Lifecycle;
using Clew.Server.Ledger;
using Clew.Tests.Storage;

namespace Clew.Tests.Capture;

public sealed class FirstStory(Ground ground)
{
    [Fact]
    public async Task A_pump_is_made_packed_shipped_and_received()
    {
        await using var company = await Company.Found(ground);
        var outcome = await company.Send("""
            [
             {"kind":"partyDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"gs1:417/6901234000016","nameEn":"Maker","nameZh":"制造","role":"manufacturer"}},
             {"kind":"partyDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"gs1:417/6901234000023","nameEn":"Hospital","nameZh":"医院","role":"user"}},
             {"kind":"placeDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"gs1:414/6901234000016","nameEn":"Plant","nameZh":"工厂","owner":"gs1:417/6901234000016"}},
             {"kind":"placeDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"gs1:414/6901234000023","nameEn":"Ward","nameZh":"病房","owner":"gs1:417/6901234000023"}},
             {"kind":"productDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"gs1:01/06901234567892","nameEn":"Pump","nameZh":"泵","model":"CP-100","isDevice":true}},
             {"kind":"productionCompleted","id":"a1","happened":"2026-02-01T08:00:00+08:00","items":["gs1:01/06901234567892/21/A1","gs1:01/06901234567892/21/A2"],"place":"gs1:414/6901234000016","lot":"L1"},
             {"kind":"productReleased","id":"a2","happened":"2026-02-02T08:00:00+08:00","items":["gs1:01/06901234567892/21/A1","gs1:01/06901234567892/21/A2"],"place":"gs1:414/6901234000016"},
             {"kind":"packed","id":"a3","happened":"2026-02-03T08:00:00+08:00","items":["gs1:01/06901234567892/21/A1","gs1:01/06901234567892/21/A2"],"parent":"gs1:00/069012340000000016","place":"gs1:414/6901234000016"},
             {"kind":"shipped","id":"a4","happened":"2026-02-04T08:00:00+08:00","items":["gs1:00/069012340000000016"],"place":"gs1:414/6901234000016","to":"gs1:414/6901234000023"},
             {"kind":"received","id":"a5","happened":"2026-02-05T08:00:00+08:00","items":["gs1:00/069012340000000016"],"place":"gs1:414/6901234000023"}
            ]
            """);
        outcome.ShouldAllBe(o => o.Status == FactStatus.Admitted);
        outcome.SelectMany(o => o.Findings).Select(f => f.ToString()).ShouldBeEmpty();
        foreach (var serial in (string[])["A1", "A2"])
        {
            var life = await company.Ask($"select s.position, s.role, s.stage, p.key from step s join item i on i.id = s.item left join subject p on p.number = s.place where i.instance = '{serial}' order by s.happened, s.tie");
            life.ShouldBe(
            [
                $"5 {(int)Role.Subject} {(int)Stage.PendingRelease} gs1:414/6901234000016",
                $"6 {(int)Role.Subject} {(int)Stage.Released} gs1:414/6901234000016",
                $"7 {(int)Role.Content} {(int)Stage.Released} gs1:414/6901234000016",
                $"8 {(int)Role.Inside} {(int)Stage.InTransit} gs1:414/6901234000023",
                $"9 {(int)Role.Inside} {(int)Stage.UserStock} gs1:414/6901234000023",
            ]);
        }
    }

    [Fact]
    public async Task Of_a_lot_that_is_in_use_somebody_says_how_it_was_made()
    {
        await using var company = await Company.Found(ground);
        const string Board = "gs1:01/06901234567892/10/B1", Foil = "gs1:01/06901234560008/10/F1";
        (await company.Send($$"""[{"kind":"received","id":"b1","happened":"2026-02-01T08:00:00Z","items":[{"item":"{{Board}}","quantity":9}],"place":"gs1:414/6901234000016"}]""")).ShouldAllBe(o => o.Status == FactStatus.Admitted);

        // Told by a server that has nothing on its table.
        await using var second = company.Second();
        var outcome = await second.Send($$"""[{"kind":"transformed","id":"b2","happened":"2026-02-02T08:00:00Z","items":[{"item":"{{Board}}","quantity":9}],"inputs":[{"item":"{{Foil}}","quantity":3}],"place":"gs1:414/6901234000016"}]""");
        outcome.ShouldAllBe(o => o.Status == FactStatus.Admitted);
        (await company.Ask("select c.key, p.key, l.nature from link l join item c on c.id = l.child join item p on p.id = l.parent where l.unlearned is null")).ShouldBe([$"{Foil} {Board} 4"]);
    }
}
