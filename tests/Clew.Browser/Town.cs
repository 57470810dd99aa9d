using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Clew.Server.Access;
using Clew.Tests.Storage;
using Clew.Tests.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Clew.Browser;

/// <summary>
/// A small company on a server of its own, told over HTTP as anybody would: forty pumps with power packs, of which thirty hold a cell of
/// lot B17; three are with a hospital, one got its cell in service, one lost it again, one was never told to have a pack at all.
/// </summary>
public sealed class Town : IAsyncDisposable
{
    public const string Password = "a long enough password";
    public const string BadLot = "gs1:01/06901234560008/10/B17";
    public const string Hospital = "gs1:417/6901234000047";

    private const string Plant = "gs1:414/6901234000016";
    private const string Depot = "gs1:414/6901234000030";
    private const string Ward = "gs1:414/6901234000047";
    private const string Store = "gs1:414/6901234000054";

    private Town(House house) => House = house;

    public House House { get; }

    /// <summary>A pump.</summary>
    public static string Pump(int number) => string.Create(CultureInfo.InvariantCulture, $"gs1:01/06901234567892/21/CP{number:0000}");

    /// <summary>The address of its page.</summary>
    public static string Page(int number) => "/devices/" + Pump(number);

    /// <summary>A company that nothing was told of yet: only its people are there.</summary>
    public static async Task<Town> Empty(House house)
    {
        var town = new Town(house);
        var people = town.House.Services.GetRequiredService<People>();
        foreach (var (name, en, zh, role, party) in new[]
        {
            ("li.na", "Li Na", "李娜", "qualityManager", null), ("zhang.wei", "Zhang Wei", "张伟", "warehouseOperator", null),
            ("city.one", "City Hospital One", "市一院", "hospital", Hospital), ("wang.fang", "Wang Fang", "王芳", "auditor", null), ("chen.jie", "Chen Jie", "陈洁", "masterDataSteward", null), ("admin", "Administrator", "管理员", "administrator", null),
        })
        {
            await people.Put(new Person(name, en, zh, role, party), Password, TestContext.Current.CancellationToken);
        }

        return town;
    }

    public static async Task<Town> Found(Ground ground)
    {
        var town = await Empty(await House.Open(ground));
        using var system = await town.House.As("integrator");
        await Tell(system, Company);
        await Tell(system, await Making(system));
        await Tell(system, Travels);
        // A rule for the pumps' serials, of which twelve were given out, and what the regulator says of the pump.
        (await system.Say("/numbering/rules", """{"code":"PUMP","pattern":"CP####","first":1,"count":9000}""")).Status.ShouldBe(201);
        (await system.Say("/numbering/rules/PUMP/serials", """{"id":"line-1/2026-03","product":"gs1:01/06901234567892","count":12}""")).Status.ShouldBe(201);
        (await system.Say("/numbering/rules", """{"code":"PACK-RANDOM","pattern":"PP-######?","random":true}""")).Status.ShouldBe(201);
        using var records = new StringContent("device,name,model,manufacturer,registration,serialOnLabel,lotOnLabel,versionDate\n06901234567892,输液泵,CP-100,华阳医疗,国械注准20260001,是,是,2026-02-15\n", Encoding.UTF8, "text/csv");
        (await system.PostAsync(new Uri("/regulators/nmpa", UriKind.Relative), records, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

        // One document is refused: somebody has to look at it.
        (await system.Say("/capture", """[{"kind":"shipped","id":"bad1","happened":"2026-03-05T08:00:00","items":["gs1:01/06901234567892/21/CP0001"]}]""")).Status.ShouldBe(422);
        return town;
    }

    /// <summary>Two recalls of the bad lot: one is opened, one is locked.</summary>
    public async Task Recall()
    {
        using var quality = await House.As("qualityManager");
        foreach (var number in new[] { "R-2026-006", "R-2026-007" })
        {
            (await quality.Say("/recalls", $$"""{"case":"{{number}}","reason":"Swelling cells reported by the supplier","lots":["{{BadLot}}"]}""")).Status.ShouldBe(201);
        }

        var labels = string.Join(',', Enumerable.Range(1, 12).Select(i => $"\"{Pump(i)}\""));
        (await quality.Say("/print/jobs", $$"""{"id":"pumps","template":"device","labels":[{{labels}}]}""")).Status.ShouldBe(201);
        (await quality.Say("/recalls/R-2026-007/freeze", "")).Status.ShouldBe(200);
        (await quality.Say("/recalls/R-2026-007/lock", "")).Status.ShouldBe(200);
    }

    /// <summary>A page in the browser of this person, signed in through the form.</summary>
    public async Task<IPage> SignIn(Chromium chromium, string name, bool isPhone = false, string language = "en-GB", bool isDark = false)
    {
        var page = await chromium.Open(House.Address, isPhone, language, isDark);
        await page.GotoAsync("/sign-in");
        await page.FillAsync("input[name=name]", name);
        await page.FillAsync("input[name=password]", Password);
        await page.ClickAsync("main button[type=submit]");
        await page.Arrives("^(?!.*/sign-in)");
        return page;
    }

    public ValueTask DisposeAsync() => House.DisposeAsync();

    private static async Task Tell(HttpClient client, IEnumerable<string> facts)
    {
        var (status, body) = await client.Say("/capture", "[" + string.Join(",\n", facts) + "]");
        status.ShouldBe(201, body.ToString());
    }

    private static readonly string[] Company =
    [
        Party("gs1:417/6901234000016", "Huayang Medical", "华阳医疗", "manufacturer"), Party("gs1:417/6901234000023", "Hengneng Power", "恒能电源", "supplier"),
        Party("gs1:417/6901234000030", "South Distribution", "南方经销", "distributor"), Party(Hospital, "City Hospital One", "市第一人民医院", "user"),
        Where(Plant, "Suzhou plant", "苏州工厂", "gs1:417/6901234000016"), Where(Depot, "Guangzhou depot", "广州仓库", "gs1:417/6901234000030"),
        Where(Ward, "Intensive care", "重症监护室", Hospital), Where(Store, "Hospital store", "院内库房", Hospital),
        """{"kind":"productDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"gs1:01/06901234567892","nameEn":"Infusion pump","nameZh":"输液泵","model":"CP-100","isDevice":true,"components":["gs1:01/06901234560015"]}}""",
        """{"kind":"productDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"gs1:01/06901234560015","nameEn":"Power pack","nameZh":"电源模块","model":"PP-2","isDevice":false,"components":["gs1:01/06901234560008"]}}""",
        """{"kind":"productDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"gs1:01/06901234560008","nameEn":"Battery cell","nameZh":"电芯","model":"LFP-26","isDevice":false,"maker":"gs1:417/6901234000023"}}""",
    ];

    // Pumps 1 to 30 with a cell of B17, 31 to 39 with one of B18, 40 without a report of its pack.
    private static async Task<IEnumerable<string>> Making(HttpClient system)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes("%PDF-1.4 production certificate of lot L1"));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        using var kept = await system.PostAsync(new Uri("/evidence?name=L1.pdf", UriKind.Relative), content, TestContext.Current.CancellationToken);
        var sha256 = JsonDocument.Parse(await kept.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("sha256").GetString()!;
        List<string> told =
        [
            $$"""{"kind":"received","id":"r1","happened":"2026-02-01T08:00:00+08:00","items":[{"item":"{{BadLot}}","quantity":60},{"item":"gs1:01/06901234560008/10/B18","quantity":60}],"from":"gs1:417/6901234000023","place":"{{Plant}}"}""",
        ];
        foreach (var i in Enumerable.Range(1, 40))
        {
            told.Add($$"""{"kind":"componentFitted","id":"c{{i}}","happened":"2026-02-02T08:00:00+08:00","items":[{"item":"gs1:01/06901234560008/10/{{(i <= 30 ? "B17" : "B18")}}","quantity":1}],"parent":"{{Pack(i)}}","place":"{{Plant}}"}""");
            if (i < 40)
            {
                told.Add($$"""{"kind":"componentFitted","id":"k{{i}}","happened":"2026-02-02T10:00:00+08:00","items":["{{Pack(i)}}"],"parent":"{{Pump(i)}}","place":"{{Plant}}"}""");
            }
        }

        told.Add($$"""{"kind":"productionCompleted","id":"m1","happened":"2026-02-03T08:00:00+08:00","items":[{{Pumps(1, 40)}}],"place":"{{Plant}}","lot":"L1","participants":[{"role":"operator","who":"W-0117"}]}""");
        told.AddRange(Enumerable.Range(1, 5).Select(i => $$"""{"kind":"certificateBound","id":"cb{{i}}","happened":"2026-02-03T15:00:00+08:00","items":["{{Pump(i)}}"],"certificate":{"number":"COC-L1-{{i:00}}","sha256":"{{sha256}}"},"evidence":[{"kind":"certificate","name":"L1.pdf","sha256":"{{sha256}}","mediaType":"application/pdf"}],"place":"{{Plant}}"}"""));
        told.Add($$"""{"kind":"productReleased","id":"q1","happened":"2026-02-04T08:00:00+08:00","items":[{{Pumps(1, 40)}}],"place":"{{Plant}}"}""");
        return told;
    }

    private static readonly string[] Travels =
    [
        $$"""{"kind":"packed","id":"p1","happened":"2026-02-05T08:00:00+08:00","items":[{{Pumps(1, 12)}}],"parent":"gs1:00/006901234000000018","place":"{{Plant}}"}""",
        $$"""{"kind":"shipped","id":"s1","happened":"2026-02-06T08:00:00+08:00","items":["gs1:00/006901234000000018"],"place":"{{Plant}}","to":"{{Depot}}","references":[{"type":"desadv","number":"ASN-2026-117"}]}""",
        $$"""{"kind":"received","id":"v1","happened":"2026-02-08T09:30:00+08:00","items":["gs1:00/006901234000000018"],"place":"{{Depot}}"}""",
        $$"""{"kind":"unpacked","id":"u1","happened":"2026-02-09T09:00:00+08:00","items":[{{Pumps(1, 3)}}],"parent":"gs1:00/006901234000000018","place":"{{Depot}}"}""",
        $$"""{"kind":"shipped","id":"s2","happened":"2026-02-10T08:00:00+08:00","items":[{{Pumps(1, 3)}}],"place":"{{Depot}}","to":"{{Store}}"}""",
        $$"""{"kind":"received","id":"v2","happened":"2026-02-11T14:00:00+08:00","items":[{{Pumps(1, 3)}}],"place":"{{Store}}"}""",
        $$"""{"kind":"installed","id":"i1","happened":"2026-02-12T09:15:00+08:00","items":["{{Pump(1)}}"],"place":"{{Ward}}","participants":[{"role":"engineer","who":"E-204"}]}""",
        $$"""{"kind":"acceptancePassed","id":"i2","happened":"2026-02-12T10:00:00+08:00","items":["{{Pump(1)}}"],"place":"{{Ward}}"}""",
        $$"""{"kind":"calibrated","id":"i3","happened":"2026-02-20T10:00:00+08:00","items":["{{Pump(1)}}"],"place":"{{Ward}}","outcome":"pass"}""",
        $$"""{"kind":"calibrated","id":"i4","happened":"2026-02-20T11:00:00+08:00","items":["{{Pump(1)}}"],"place":"{{Ward}}","outcome":"fail"}""",
        $$"""{"kind":"corrected","id":"x1","happened":"2026-02-21T11:00:00+08:00","corrects":{"id":"i4","reason":"didNotOccur"},"reason":"Entered twice"}""",
        // In service: pump 2 loses its pack and gets a good one, pump 31 gets a bad cell as a spare.
        $$"""{"kind":"componentRemoved","id":"y1","happened":"2026-03-01T09:00:00+08:00","items":["{{Pack(2)}}"],"parent":"{{Pump(2)}}","place":"{{Store}}"}""",
        $$"""{"kind":"componentFitted","id":"y2","happened":"2026-03-01T09:05:00+08:00","items":["{{Pack(40)}}"],"parent":"{{Pump(2)}}","place":"{{Store}}"}""",
        $$"""{"kind":"componentFitted","id":"y3","happened":"2026-03-02T09:05:00+08:00","items":[{"item":"{{BadLot}}","quantity":1}],"parent":"{{Pack(31)}}","place":"{{Plant}}"}""",
        // Nobody installs what is on its way.
        $$"""{"kind":"shipped","id":"s3","happened":"2026-03-03T08:00:00+08:00","items":[{{Pumps(13, 16)}}],"place":"{{Plant}}","to":"{{Store}}"}""",
        $$"""{"kind":"installed","id":"i9","happened":"2026-03-04T09:15:00+08:00","items":["{{Pump(13)}}"],"place":"{{Ward}}"}""",
        $$"""{"kind":"scrapped","id":"z1","happened":"2026-03-04T09:15:00+08:00","items":["{{Pump(30)}}"],"place":"{{Plant}}","reason":"Dropped"}""",
    ];

    private static string Pack(int number) => string.Create(CultureInfo.InvariantCulture, $"gs1:01/06901234560015/21/PP{number:000}");

    private static string Pumps(int from, int until) => string.Join(',', Enumerable.Range(from, until - from + 1).Select(i => $"\"{Pump(i)}\""));

    private static string Party(string id, string en, string zh, string role) =>
        $$$"""{"kind":"partyDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"{{{id}}}","nameEn":"{{{en}}}","nameZh":"{{{zh}}}","role":"{{{role}}}"}}""";

    private static string Where(string id, string en, string zh, string owner) =>
        $$$"""{"kind":"placeDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"{{{id}}}","nameEn":"{{{en}}}","nameZh":"{{{zh}}}","owner":"{{{owner}}}"}}""";
}
