import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.transform.stream.StreamSource;
import net.sf.saxon.s9api.Processor;
import net.sf.saxon.s9api.SaxonApiException;
import net.sf.saxon.s9api.XdmDestination;
import net.sf.saxon.s9api.XsltExecutable;
import net.sf.saxon.s9api.XsltTransformer;

/**
 * Saxon-HE with the official XSLT. Arguments: the stylesheets for UBL and CII, a file that lists the documents. For each
 * line on standard input it parses and checks all of them once, and prints the milliseconds that took.
 */
public class SaxonPeer {
  public static void main(String[] args) throws Exception {
    Processor processor = new Processor(false);
    XsltExecutable ubl = processor.newXsltCompiler().compile(new StreamSource(new File(args[0])));
    XsltExecutable cii = processor.newXsltCompiler().compile(new StreamSource(new File(args[1])));
    List<byte[]> documents = new ArrayList<>();
    List<XsltExecutable> sheets = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(args[2]))) {
      byte[] bytes = Files.readAllBytes(Path.of(line));
      documents.add(bytes);
      sheets.add(new String(bytes, "ISO-8859-1").contains("CrossIndustryInvoice") ? cii : ubl);
    }
    System.out.println("ready");
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
    while (input.readLine() != null) {
      int stopped = 0;
      long started = System.nanoTime();
      for (int i = 0; i < documents.size(); i++) {
        XsltTransformer transformer = sheets.get(i).load();
        transformer.setSource(new StreamSource(new ByteArrayInputStream(documents.get(i))));
        transformer.setDestination(new XdmDestination());
        try {
          transformer.transform();
        } catch (SaxonApiException error) {
          stopped++;
        }
      }
      System.out.println((System.nanoTime() - started) / 1e6 + " " + stopped);
    }
  }
}
