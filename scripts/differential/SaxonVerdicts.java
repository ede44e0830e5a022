import java.io.File;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.transform.stream.StreamSource;
import net.sf.saxon.s9api.Axis;
import net.sf.saxon.s9api.Processor;
import net.sf.saxon.s9api.QName;
import net.sf.saxon.s9api.SaxonApiException;
import net.sf.saxon.s9api.XdmDestination;
import net.sf.saxon.s9api.XdmNode;
import net.sf.saxon.s9api.XdmSequenceIterator;
import net.sf.saxon.s9api.XsltExecutable;
import net.sf.saxon.s9api.XsltTransformer;

/**
 * What stylesheets made from Schematron say of documents, by Saxon-HE. Arguments: the stylesheets for UBL and CII, a file
 * that lists documents. Prints a line for each: its path, a tab, and either "stopped" or "id=count" of every assert that
 * failed, ids of other flags than fatal with "~" before them.
 */
public class SaxonVerdicts {
  public static void main(String[] args) throws Exception {
    Processor processor = new Processor(false);
    XsltExecutable ubl = processor.newXsltCompiler().compile(new StreamSource(new File(args[0])));
    XsltExecutable cii = processor.newXsltCompiler().compile(new StreamSource(new File(args[1])));
    PrintStream out = new PrintStream(System.out, false, "UTF-8");
    for (String path : Files.readAllLines(Path.of(args[2]))) {
      String text = new String(Files.readAllBytes(Path.of(path)), "ISO-8859-1");
      XsltTransformer transformer = (text.contains("CrossIndustryInvoice") ? cii : ubl).load();
      transformer.setMessageListener((content, terminate, locator) -> {});
      transformer.setErrorListener(new Silent());
      XdmDestination report = new XdmDestination();
      try {
        transformer.setSource(new StreamSource(new File(path)));
        transformer.setDestination(report);
        transformer.transform();
        out.println(path + "\t" + failed(report.getXdmNode()));
      } catch (SaxonApiException stopped) {
        out.println(path + "\tstopped");
      }
    }
    out.flush();
  }

  private static String failed(XdmNode report) {
    Map<String, Integer> counts = new TreeMap<>();
    XdmSequenceIterator nodes = report.axisIterator(Axis.DESCENDANT);
    while (nodes.hasNext()) {
      XdmNode node = (XdmNode) nodes.next();
      if (node.getNodeName() == null || !node.getNodeName().getLocalName().equals("failed-assert")) continue;
      String flag = node.getAttributeValue(new QName("flag"));
      counts.merge(("fatal".equals(flag) ? "" : "~") + node.getAttributeValue(new QName("id")), 1, Integer::sum);
    }
    StringBuilder line = new StringBuilder();
    for (Map.Entry<String, Integer> one : counts.entrySet()) line.append(one.getKey() + "=" + one.getValue() + " ");
    return line.toString().trim();
  }

  private static final class Silent implements javax.xml.transform.ErrorListener {
    public void warning(javax.xml.transform.TransformerException exception) {}

    public void error(javax.xml.transform.TransformerException exception) {}

    public void fatalError(javax.xml.transform.TransformerException exception) {}
  }
}
