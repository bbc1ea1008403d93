package io.github.segloss.cli;

import io.github.segloss.cli.judge.Judgement;
import java.util.Collection;

/** The page of a report, for a browser. */
final class ReportPage {
    private ReportPage() {}

    static String html(Judgement judgement, String text, Collection<String> sheets) {
        StringBuilder page =
                new StringBuilder(
                        """
                        <!DOCTYPE html>
                        <html lang="en">
                        <head>
                        <meta charset="utf-8">
                        <meta name="viewport" content="width=device-width">
                        <title>segloss evaluate</title>
                        <style>
                        body { font: 16px/1.5 sans-serif; color: #222; margin: 2em; }
                        pre { font-size: 14px; line-height: 1.35; overflow-x: auto; }
                        img { max-width: 100%; border: 1px solid #ccc; }
                        figure { margin: 2em 0; }
                        </style>
                        </head>
                        <body>
                        <h1>Prediction against target</h1>
                        """);
        page.append("<p><strong>")
                .append(escaped(JudgementText.summary(judgement)))
                .append("</strong></p>\n");
        for (String sheet : sheets) {
            page.append("<figure><a href=\"")
                    .append(sheet)
                    .append(".png\"><img src=\"")
                    .append(sheet)
                    .append(".png\" alt=\"")
                    .append(sheet)
                    .append("\"></a>\n<figcaption>")
                    .append(caption(sheet))
                    .append("</figcaption></figure>\n");
        }
        page.append("<pre>").append(escaped(text)).append("</pre>\n");
        page.append("<p>All numbers: <a href=\"report.json\">report.json</a>. segloss ");
        return page.append(escaped(Version.text())).append("</p>\n</body>\n</html>\n").toString();
    }

    private static String caption(String sheet) {
        return (sheet.equals("classes")
                        ? "The classes with the most errors, each in the slice where it has most of them. "
                        : "From left to right: ")
                + "prediction, target, errors (green: in both, orange: in the prediction only, blue: in the target only, yellow: another class), "
                + "and for each loss where its gradient pulls (red: descent raises the prediction, blue: lowers it; black line: outline in the target).";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
