namespace Clew.Tests.Web;

/// <summary>Small stories that several tests tell.</summary>
public static class Stories
{
    /// <summary>Two parties, two places, a pump that needs a battery, and the battery's supplier.</summary>
    public const string Company = """
        [
         {"kind":"partyDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"gs1:417/6901234000016","nameEn":"Maker","nameZh":"制造商","role":"manufacturer"}},
         {"kind":"partyDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"gs1:417/6901234000023","nameEn":"Hospital","nameZh":"医院","role":"user"}},
         {"kind":"partyDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"gs1:417/6901234000030","nameEn":"Cells","nameZh":"电芯厂","role":"supplier"}},
         {"kind":"placeDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"gs1:414/6901234000016","nameEn":"Plant","nameZh":"工厂","owner":"gs1:417/6901234000016"}},
         {"kind":"placeDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"gs1:414/6901234000023","nameEn":"Ward","nameZh":"病房","owner":"gs1:417/6901234000023"}},
         {"kind":"productDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"gs1:01/06901234567892","nameEn":"Pump","nameZh":"输液泵","model":"CP-100","isDevice":true,"components":["gs1:01/06901234560008"]}},
         {"kind":"productDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"gs1:01/06901234560008","nameEn":"Battery","nameZh":"电池","model":"B","isDevice":false,"maker":"gs1:417/6901234000030"}}
        ]
        """;

    /// <summary>Pumps P1 to P4: P1 and P2 with a battery of lot B17, P3 with one of lot B18, P4 without a report of any.</summary>
    public const string Pumps = """
        [
         {"kind":"received","id":"r1","happened":"2026-02-01T08:00:00+08:00","items":[{"item":"gs1:01/06901234560008/10/B17","quantity":10},{"item":"gs1:01/06901234560008/10/B18","quantity":10}],"from":"gs1:417/6901234000030","place":"gs1:414/6901234000016"},
         {"kind":"componentFitted","id":"f1","happened":"2026-02-02T08:00:00+08:00","items":["gs1:01/06901234560008/10/B17"],"parent":"gs1:01/06901234567892/21/P1","place":"gs1:414/6901234000016"},
         {"kind":"componentFitted","id":"f2","happened":"2026-02-02T08:01:00+08:00","items":["gs1:01/06901234560008/10/B17"],"parent":"gs1:01/06901234567892/21/P2","place":"gs1:414/6901234000016"},
         {"kind":"componentFitted","id":"f3","happened":"2026-02-02T08:02:00+08:00","items":["gs1:01/06901234560008/10/B18"],"parent":"gs1:01/06901234567892/21/P3","place":"gs1:414/6901234000016"},
         {"kind":"productionCompleted","id":"m1","happened":"2026-02-03T08:00:00+08:00","items":["gs1:01/06901234567892/21/P1","gs1:01/06901234567892/21/P2","gs1:01/06901234567892/21/P3","gs1:01/06901234567892/21/P4"],"place":"gs1:414/6901234000016","lot":"L1"},
         {"kind":"productReleased","id":"q1","happened":"2026-02-04T08:00:00+08:00","items":["gs1:01/06901234567892/21/P1","gs1:01/06901234567892/21/P2","gs1:01/06901234567892/21/P3","gs1:01/06901234567892/21/P4"],"place":"gs1:414/6901234000016"},
         {"kind":"shipped","id":"s1","happened":"2026-02-05T08:00:00+08:00","items":["gs1:01/06901234567892/21/P1"],"place":"gs1:414/6901234000016","to":"gs1:414/6901234000023"},
         {"kind":"received","id":"s2","happened":"2026-02-06T08:00:00+08:00","items":["gs1:01/06901234567892/21/P1"],"place":"gs1:414/6901234000023"}
        ]
        """;
}
