using Clew.Tests.Storage;
using Microsoft.Playwright;

namespace Clew.Browser;

/// <summary>Takes a picture of every page, for people who judge how it looks: CLEW_PICTURES names the folder.</summary>
public sealed class Pictures(Ground ground, Chromium chromium)
{
    [Fact]
    public async Task Of_every_page()
    {
        if (Environment.GetEnvironmentVariable("CLEW_PICTURES") is not { Length: > 0 } folder)
        {
            Assert.Skip("CLEW_PICTURES names no folder.");
            return;
        }

        await using var town = await Town.Found(ground);
        await town.Recall();
        foreach (var (isPhone, language, isDark) in new[] { (false, "en-GB", false), (true, "zh-CN", false), (false, "zh-CN", true), (true, "en-GB", true) })
        {
            var page = await town.SignIn(chromium, "li.na", isPhone, language, isDark);
            foreach (var (name, address) in Addresses)
            {
                await page.GotoAsync(address);
                await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{(isPhone ? "phone" : "desk")}-{language[..2]}.png"), FullPage = true });
            }

            page = await town.SignIn(chromium, "admin", isPhone, language, isDark);
            foreach (var (name, address) in OfTheAdministrator)
            {
                await page.GotoAsync(address);
                await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{(isPhone ? "phone" : "desk")}-{language[..2]}.png"), FullPage = true });
            }
        }
    }

    internal static readonly (string Name, string Address)[] OfTheAdministrator =
    [
        ("scanners", "/scanners"),
        ("scannerTried", "/scanners?symbol=0&came=" + Uri.EscapeDataString("#" + Clew.Server.Identification.CardSymbol.Card[0].Holds.Replace("\u001d", "|", StringComparison.Ordinal) + "!")),
        ("printers", "/printers"),
        ("people", "/people"),
        ("person", "/people/li.na"),
        ("keys", "/keys"),
        ("roles", "/roles"),
        ("account", "/account"),
    ];

    internal static readonly (string Name, string Address)[] Addresses =
    [
        ("home", "/"),
        ("sign", "/sign?entry=90&entry=91"),
        ("labels", "/labels"),
        ("print", "/labels/1"),
        ("numbering", "/numbering"),
        ("rule", "/numbering?rule=PUMP"),
        ("missing", "/nowhere"),
        ("scan", "/scan?text=CP0013"),
        ("identify", "/identify?text=" + Uri.EscapeDataString("]d20106901234567893172613321\u001d21CP 1")),
        ("identified", "/identify?text=" + Uri.EscapeDataString("(01)06901234567892(17)291031(10)L1(21)CP0020")),
        ("trace", "/trace"),
        ("scope", "/trace?lot=B17"),
        ("supplier", "/trace?supplier=gs1:417/6901234000023&set=cannotExclude"),
        ("recalls", "/recalls"),
        ("open", "/recalls?open=true&lot=" + Town.BadLot),
        ("freeze", "/recalls/R-2026-006?step=freeze"),
        ("recall", "/recalls/R-2026-007?set=cannotExclude"),
        ("blocked", "/scan?text=CP0013&for=installed"),
        ("held", Town.Page(20)),
        ("exceptions", "/exceptions"),
        ("mend", "/exceptions/4"),
        ("search", "/search?text=CP00"),
        ("nothing", "/search?text=zzz"),
        ("device", Town.Page(1)),
        ("gap", Town.Page(40)),
        ("lot", "/devices/" + Town.BadLot),
        ("epcis", "/epcis"),
        ("audit", "/audit?kind=shipped"),
        ("care", "/care"),
        ("evidenceRules", "/evidence/rules"),
        ("changes", "/changes?lot=" + Town.BadLot),
        ("changed", "/changes?item=" + Town.Pump(2)),
        ("recallsThen", "/recalls?known=3"),
        ("case", "/devices/gs1:00/006901234000000018"),
    ];
}
