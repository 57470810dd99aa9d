using Clew.Tests.Storage;
using Clew.Tests.Web;

namespace Clew.Browser;

/// <summary>Serials taken on the page, and labels made of them; printers kept.</summary>
public sealed class GivingOutSerials(Ground ground, Chromium chromium)
{
    [Fact]
    public async Task Serials_are_taken_twice_by_one_click_too_many_and_yet_once_and_become_labels()
    {
        await using var town = await Town.Found(ground);
        using (var system = await town.House.As("integrator"))
        {
            (await system.Say("/capture", """{"kind":"observed","id":"byHand","happened":"2026-03-05T08:00:00+08:00","items":["gs1:01/06901234567892/21/CP0054"],"place":"gs1:414/6901234000016"}""")).Status.ShouldBe(201);
        }

        // The rule's first forty serials are on pumps already: the first twelve that it gave out come behind them.
        var page = await town.SignIn(chromium, "li.na");
        await page.GotoAsync("/labels");
        await page.ClickAsync("text=Serials");
        await page.ClickAsync("text=PUMP");
        await page.Arrives("rule=PUMP");
        (await page.TextContentAsync("main"))!.ShouldContain("40 were in use already and passed over");
        (await page.Locator("input[name=code]").CountAsync()).ShouldBe(0);
        await page.FillAsync("main input[name=product]", "06901234567892");
        await page.FillAsync("main input[name=count]", "3");

        // The form goes out twice, as from a hand that is too quick.
        var first = await page.EvaluateAsync<string>("""
            async () => {
              const form = document.querySelector('form:has(input[name=count])');
              const send = () => fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), headers: { Accept: 'text/html' } }).then(r => r.text());
              const [one, two] = (await Promise.all([send(), send()])).map(t => new DOMParser().parseFromString(t, 'text/html').querySelector('#taken textarea').value);
              return one === two ? one : `${one} and ${two}`;
            }
            """);
        first.ShouldBe("gs1:01/06901234567892/21/CP0053\ngs1:01/06901234567892/21/CP0055\ngs1:01/06901234567892/21/CP0056");
        await page.ClickAsync("main button.main");
        (await page.InputValueAsync("#taken textarea")).ShouldBe(first);

        await page.ClickAsync("#taken button");
        await page.Arrives("/labels/\\d+");
        (await page.Locator(".sheet svg").CountAsync()).ShouldBe(3);
        (await page.TextContentAsync(".sheet"))!.ShouldContain("(21)CP0055");
    }

    [Fact]
    public async Task A_steward_makes_a_rule_and_sees_what_is_wrong_with_one()
    {
        await using var town = await Town.Found(ground);
        var page = await town.SignIn(chromium, "chen.jie");
        await page.GotoAsync("/numbering");
        await page.FillAsync("input[name=code]", "VALVE");
        await page.FillAsync("input[name=pattern]", "V###?");
        await page.FillAsync("input[name=alphabet]", "ABC");
        await page.ClickAsync("main button.main");
        (await page.TextContentAsync(".note.bad"))!.ShouldContain("'ABC' cannot write numbers");
        (await page.InputValueAsync("input[name=pattern]")).ShouldBe("V###?");
        await page.FillAsync("input[name=alphabet]", "0123456789");
        await page.SelectOptionAsync("select[name=random]", "true");
        await page.ClickAsync("main button.main");
        await page.Arrives("rule=VALVE");
        (await page.TextContentAsync("main"))!.ShouldContain("0, 1,000 left");

        // A steward describes; to take serials is another deed.
        (await page.Locator("main input[name=product]").CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task An_administrator_keeps_printers_and_changes_them()
    {
        await using var town = await Town.Found(ground);
        var page = await town.SignIn(chromium, "admin", language: "zh-CN");
        await page.GotoAsync("/printers");
        await page.FillAsync("main input[name=name]", "packing-1");
        await page.FillAsync("main input[name=host]", "a b");
        await page.ClickAsync("main button.main");
        (await page.TextContentAsync(".note.bad"))!.ShouldContain("host");
        await page.FillAsync("main input[name=host]", "10.0.0.7");
        await page.ClickAsync("main button.main");
        await page.Arrives("/printers$");
        await page.ClickAsync("text=修改");
        await page.Arrives("name=packing-1");
        await page.SelectOptionAsync("select[name=dotsPerMm]", "24");
        await page.FillAsync("main input[name=font]", "E:CJK.TTF");
        await page.ClickAsync("main button.main");
        await page.Arrives("/printers$");
        (await page.Locator("table.lines tbody tr").CountAsync()).ShouldBe(1);
        (await page.TextContentAsync("table.lines"))!.ShouldContain("E:CJK.TTF");
    }
}
